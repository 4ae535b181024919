"""What is compiled or read anew for every application and every database, once in a test process.

Each test has an application and a database of its own, and none compiles anything else than the one before:
SQL of a statement takes longer than to run it on an empty database, the addresses of all pages as long
as a short test, and to read the policy a quarter of that.
"""

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from survey.operations import installation
from survey.store import database as databases


class Statements(dict):
    """The SQL of statements, by what SQLAlchemy files it under: one engine may take it from another.

    Text is left out: what columns it gives is kept with it, and of `*` only a table at hand tells.
    """

    def get(self, key, default=None):
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key, compiled):
        if not compiled.isplaintext:
            super().__setitem__(_of_any_engine(key), compiled)


class Templates(BytecodeCache):
    """The templates of pages, by what their files hold."""

    def __init__(self):
        self.held = {}

    def load_bytecode(self, bucket):
        bucket.code = self.held.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self.held[bucket.key, bucket.checksum] = bucket.code


def keep_what_is_compiled(patched):
    """Let applications and databases take what others compiled, as long as `patched` holds."""
    patched.setattr(databases, "create_engine", _with_statements(databases.create_engine, Statements()))
    patched.setattr(Rule, "compile", _once(Rule.compile))
    patched.setattr(installation, "read_policy", _read_once(installation.read_policy))
    making, templates = Flask.create_jinja_environment, Templates()
    patched.setattr(Flask, "create_jinja_environment", lambda app: _with_templates(making(app), templates))


def _read_once(reading):
    """Read a policy as the first application did that was given a file of the same text at the same place."""
    held = {}

    def read_once(path):
        try:
            text = path.read_bytes()
        except OSError:
            return reading(path)  # which says why
        if (path, text) not in held:
            held[path, text] = reading(path)
        return held[path, text]

    return read_once


def _of_any_engine(key):
    dialect, *others = key
    return type(dialect), dialect.paramstyle, dialect.server_version_info, *others


def _with_templates(environment, templates):
    environment.bytecode_cache = templates
    return environment


def _with_statements(create, statements):
    def made(*given, **named):
        engine = create(*given, **named)
        engine._compiled_cache = statements
        return engine

    return made


def _once(compiling):
    """Compile a rule as the first application did that has it; `compiling` sets these attributes of it."""
    held = {}

    def compile_once(rule):
        of_map = rule.map.host_matching, *rule.map.converters.items()
        made_of = rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults), of_map
        if made_of not in held:
            compiling(rule)
            held[made_of] = rule
        first = held[made_of]
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments |= first.arguments
        rule._build = first._build.__func__.__get__(rule)
        rule._build_unknown = first._build_unknown.__func__.__get__(rule)

    return compile_once
