"""Does the steps of an image without a container engine, in a root with nothing but this machine's programs.

What an engine would fetch is taken from this machine instead: the distribution's packages are those in /usr,
and the pinned requirements are those of the suite.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.installation.bare import link_requirements, site_packages

# of /etc, what programs of the distribution read
OF_THE_DISTRIBUTION = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d")
INTERPRETER = "/interpreter"  # a folder in the root whose python3 is the suite's
FETCHED = re.compile(r"apt-get |rm -rf /var/lib/apt/|.*--require-hashes ")
# arguments: the root, what is mounted to be read, what can be written in a root that cannot, user, directory,
# command
IN_A_ROOT = """
root=$1 read_only=$2 writable=$3 user=$4 directory=$5
shift 5
[ -z "$writable" ] || mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
for each in $read_only; do
  mkdir -p "$root$each"
  mount --rbind "$each" "$root$each"
  mount -o remount,bind,ro "$root$each"
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
if [ -n "$writable" ]; then
  for each in $writable; do mount --bind "$root$each" "$root$each"; done
  mount --rbind "$root" "$root"
  mount -o remount,bind,ro "$root"
fi
exec chroot --userspec="$user" "$root" /usr/bin/env -i -C "$directory" "$@"
"""


@dataclass
class Stage:
    """One stage of an image: its root, and what its instructions have set so far."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    directory: str = "/"
    user: str = "root"
    volumes: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def process(self, words, *, sealed=False, **variables):
        """The command that runs these words in the stage; in a sealed one, only volumes can be written."""
        path = f"{INTERPRETER}:{self.environment.get('PATH', '/usr/sbin:/usr/bin')}"
        environment = {**self.environment, "PATH": path, **variables}
        packages = [each for each in sys.path if each.endswith("site-packages")]
        mounted = ["/usr", sys.base_prefix, *packages]
        user = self.user if self.user == "root" else f"{self.user}:{self.user}"
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", IN_A_ROOT, "sh"),
            *(str(self.root), " ".join(dict.fromkeys(mounted)), " ".join(self.volumes) if sealed else ""),
            *(user, self.directory, *(f"{name}={value}" for name, value in environment.items()), *words),
        ]

    def run(self, words, *, sealed=False, **variables):
        """What a command prints that has ended well."""
        done = subprocess.run(  # noqa: S603 - our own words
            self.process(words, sealed=sealed, **variables), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def instructions(file):
    """The instructions of a Containerfile, each a word and what follows it."""
    text = re.sub(r"(?m)^\s*#.*\n", "", file.read_text("utf-8")).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def built(file, context, folder):
    """The last stage of an image, with all steps of all stages done."""
    stages = {}
    for word, told in instructions(file):
        if word == "FROM":
            name = told.rpartition(" AS ")[2]
            stage = stages[name] = Stage(bare_root(folder / str(len(stages))))
        else:
            STEPS[word](stage, told, stages, context)
    return stage


def fetched(file):
    """What an engine would fetch for the last stage, which is not done here."""
    written = instructions(file)
    last = max(place for place, (word, _) in enumerate(written) if word == "FROM")
    steps = [step for word, told in written[last:] if word == "RUN" for step in _steps(told)]
    return [" ".join(step.split()) for step in steps if FETCHED.match(step)]


def bare_root(root):
    for each in ("dev", "etc", "proc", "tmp", "usr", "var", INTERPRETER[1:]):
        (root / each).mkdir(parents=True)
    for each in ("bin", "lib", "lib64", "sbin"):
        (root / each).symlink_to(f"usr/{each}")
    (root / "tmp").chmod(0o1777)
    (root / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", "utf-8")
    (root / "etc" / "group").write_text("root:x:0:\n", "utf-8")
    for name in OF_THE_DISTRIBUTION:
        source, target = Path("/etc", name), root / "etc" / name
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        elif source.exists():
            shutil.copy(source, target)
    (root / INTERPRETER[1:] / "python3").symlink_to(Path(sys.executable).resolve())
    return root


def _run(stage, told, _stages, _context):
    for step in _steps(told):
        if not FETCHED.match(step):
            stage.run(["/bin/sh", "-euc", step])
        if "--require-hashes" in step:
            link_requirements(site_packages(stage.root / "opt" / "kjennetegn"))


def _steps(told):
    return re.split(r"\s*&&\s*", told)


def _copy(stage, told, stages, context):
    *options, source, target = shlex.split(told)
    [origin] = [stages[each.removeprefix("--from=")].root for each in options] or [context]
    target = stage.root / str(Path(stage.directory, target)).removeprefix("/")
    source = origin / source.removeprefix("/")
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _workdir(stage, told, _stages, _context):
    stage.directory = told
    (stage.root / told.removeprefix("/")).mkdir(exist_ok=True)


def _env(stage, told, _stages, _context):
    stage.environment |= dict(each.split("=", 1) for each in shlex.split(told))


def _set(name, read):
    return lambda stage, told, _stages, _context: setattr(stage, name, read(told))


def _nothing(_stage, _told, _stages, _context):
    pass


STEPS = {
    "RUN": _run,
    "COPY": _copy,
    "WORKDIR": _workdir,
    "ENV": _env,
    "USER": _set("user", str),
    "VOLUME": _set("volumes", json.loads),
    "ENTRYPOINT": _set("entrypoint", json.loads),
    "CMD": _set("command", json.loads),
    "EXPOSE": _nothing,
    "STOPSIGNAL": _nothing,
}
