"""the tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# what was done is never altered, and removed only from the beginning, up to where the chain says so
_REFUSED = "an act is never altered, or removed before its time"
_KEEPING_ACTS = {
    "sqlite": (
        f"""CREATE TRIGGER unit_act_unaltered BEFORE UPDATE ON unit_act
            BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
        f"""CREATE TRIGGER unit_act_kept BEFORE DELETE ON unit_act
            WHEN OLD.id > coalesce((SELECT pruned FROM act_chain), 0)
            BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",  # noqa: S608 - our own words
    ),
    "postgresql": (
        f"""CREATE FUNCTION keep_unit_act() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    IF OLD.id <= coalesce((SELECT pruned FROM act_chain), 0) THEN RETURN OLD; END IF;
                END IF;
                RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
            END $$""",  # noqa: S608 - likewise
        """CREATE TRIGGER unit_act_unaltered BEFORE UPDATE ON unit_act
            FOR EACH ROW EXECUTE FUNCTION keep_unit_act()""",
        """CREATE TRIGGER unit_act_kept BEFORE DELETE ON unit_act
            FOR EACH ROW EXECUTE FUNCTION keep_unit_act()""",
        """CREATE TRIGGER unit_act_emptied BEFORE TRUNCATE ON unit_act
            FOR EACH STATEMENT EXECUTE FUNCTION keep_unit_act()""",
    ),
}


def _add_ledger() -> None:
    ledger = op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(length=16), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_single")),
        sa.CheckConstraint("groups >= 0", name=op.f("ck_ledger_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    # a ledger without groups, as survey.store.repositories.ledger_groups writes it
    op.bulk_insert(ledger, [{"id": 1, "groups": 0, "checksum": bytes(16)}])
    op.create_table(
        "ledger_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("waves", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Boolean(create_constraint=True, name="decided"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(create_constraint=True, name="withdrawn"), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("waves >= 1", name=op.f("ck_ledger_group_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_group")),
    )
    op.create_table(
        "ledger_cell",
        sa.Column("wave_key", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["ledger_group.id"], name=op.f("fk_ledger_cell_group_id")),
        sa.PrimaryKeyConstraint("wave_key", "group_id", name=op.f("pk_ledger_cell")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ledger_cell_group_id", "ledger_cell", ["group_id"])
    op.create_table(
        "released_figures",
        sa.Column("group_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("computed_by", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["ledger_group.id"], name=op.f("fk_released_figures_group_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_released_figures")),
    )
    op.create_index(op.f("ix_released_figures_computed_by"), "released_figures", ["computed_by"])


def _add_wave_lists() -> None:
    op.create_index("ix_wave_state", "wave", ["state", "closes_on"], unique=False)
    op.create_index("ix_wave_kept_years", "wave", ["kept_years", "closes_on"], unique=False)
    waiting = sa.text("state = 'sealed' AND NOT decided AND replace(instrument, '+', '') = instrument")
    op.create_index(
        "ix_wave_undecided",
        "wave",
        ["id"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(op.f("ix_wave_planned_round_id"), "wave", ["planned_round_id"], unique=False)


def upgrade() -> None:
    _add_ledger()
    op.create_table(
        "installation_value",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_value")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("links", sa.Integer(), server_default="0", nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("roleless_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("window_began_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_attempt")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.String(length=1000), nullable=False),
        sa.Column("ordered_by", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=True),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name=op.f("ck_job_fault")),
        sa.CheckConstraint("(result IS NOT NULL) = (state = 'done')", name=op.f("ck_job_result")),
        sa.CheckConstraint("done BETWEEN 0 AND total", name=op.f("ck_job_progress")),
        sa.CheckConstraint(
            "kind IN ('reports-under', 'slips', 'round-slips', 'round-release', 'research-export',"
            " 'pool-export', 'pool-validation', 'edition-verdict')",
            name=op.f("ck_job_kind"),
        ),
        sa.CheckConstraint("state IN ('underway', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(
        "ix_job_underway",
        "job",
        ["kind", "payload"],
        unique=True,
        sqlite_where=sa.text("state = 'underway'"),
        postgresql_where=sa.text("state = 'underway'"),
    )
    op.create_table(
        "job_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=5), nullable=False),
        sa.Column("payload", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=250), nullable=True),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name=op.f("ck_job_task_fault")),
        sa.CheckConstraint("(holder IS NOT NULL) = (state = 'running')", name=op.f("ck_job_task_holder")),
        sa.CheckConstraint(
            "(lease_until IS NOT NULL) = (state = 'running')", name=op.f("ck_job_task_lease_until")
        ),
        sa.CheckConstraint("(result IS NOT NULL) = (state = 'done')", name=op.f("ck_job_task_result")),
        sa.CheckConstraint("number >= 0 AND tries >= 0", name=op.f("ck_job_task_counts")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_task_state")
        ),
        sa.CheckConstraint("step IN ('begin', 'part', 'pack')", name=op.f("ck_job_task_step")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_task_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_task")),
    )
    op.create_index(
        "ix_job_task_left",
        "job_task",
        ["number", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index("ix_job_task_number", "job_task", ["job_id", "number"], unique=True)
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.String(length=64), nullable=True),
        sa.Column("organisation_number", sa.String(length=10), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("merged_on", sa.Date(), nullable=True),
        sa.Column("placed_on", sa.Date(), nullable=True),
        sa.Column("kept_years", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "edition IS NOT NULL OR kind NOT IN ('team', 'workplace')", name=op.f("ck_unit_edition")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_unit_name")),
        sa.CheckConstraint(
            "length(organisation_number) BETWEEN 8 AND 10", name=op.f("ck_unit_organisation_number")
        ),
        sa.CheckConstraint("invited BETWEEN 1 AND 5000", name=op.f("ck_unit_invited")),
        sa.CheckConstraint("kept_years >= 1", name=op.f("ck_unit_kept_years")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR closed_on IS NOT NULL", name=op.f("ck_unit_merged_into_id")
        ),
        sa.CheckConstraint(
            "kind IN ('team', 'workplace', 'municipality', 'county', 'country')", name=op.f("ck_unit_kind")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["unit.id"], name=op.f("fk_unit_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("key", name=op.f("uq_unit_key")),
        sa.UniqueConstraint("organisation_number", name=op.f("uq_unit_organisation_number")),
        sa.UniqueConstraint("parent_id", "name", name="uq_unit_name_below"),
    )
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_index(
        "ix_unit_name_at_the_top",
        "unit",
        ["name"],
        unique=True,
        sqlite_where=sa.text("parent_id IS NULL"),
        postgresql_where=sa.text("parent_id IS NULL"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(length=254), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("given_by", sa.String(length=254), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=254), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_membership_ended")),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR ended_at IS NOT NULL", name=op.f("ck_membership_account")
        ),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name=op.f("ck_membership_order")),
        sa.CheckConstraint(
            "(unit_id IS NOT NULL) = (role IN ('leader', 'deputy', 'owner'))", name=op.f("ck_membership_unit")
        ),
        sa.CheckConstraint(
            "role IN ('leader', 'deputy', 'owner', 'researcher', 'editor', 'operator')",
            name=op.f("ck_membership_role"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_index(op.f("ix_membership_unit_id"), "membership", ["unit_id"], unique=False)
    op.create_index(
        "ix_membership_held",
        "membership",
        ["account_id", "unit_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "unit_act",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_key", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=512), nullable=False),
        sa.Column("done_by", sa.String(length=254), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('role-given', 'role-ended', 'role-day-changed', 'link-made', 'identity-linked', "
            "'identity-removed', 'factor-asked', 'factor-replaced', 'address-changed', "
            "'account-removed', 'unit-added', 'unit-renamed', 'edition-changed', 'unit-moved', "
            "'unit-merged', 'unit-closed', 'unit-reopened', 'unit-removed', 'years-changed', "
            "'number-changed', 'language-changed', 'invited-changed', 'wave-drafted', "
            "'wave-changed', 'draft-removed', 'sheets-printed', 'wave-opened', 'wave-taken-back', "
            "'wave-prolonged', 'wave-corrected', 'wave-closed', 'wave-reopened', 'wave-sealed', "
            "'wave-abandoned', 'results-shown', 'wave-removed', 'slips-ordered', 'slips-downloaded', "
            "'poster-printed', 'turnout-printed', 'paper-printed', 'code-sheet-printed', "
            "'typing-set-up', 'kiosk-set-up', 'kiosk-ended', 'key-sheet-given', "
            "'expectations-written', 'action-added', 'action-changed', 'action-removed', "
            "'look-back-noted', 'look-back-printed', 'round-planned', 'round-released', "
            "'report-made', 'results-downloaded', 'reports-made', 'reports-downloaded', "
            "'export-made', 'order-undone')",
            name=op.f("ck_unit_act_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_act")),
    )
    op.create_index(op.f("ix_unit_act_unit_key"), "unit_act", ["unit_key"], unique=False)
    chain = op.create_table(
        "act_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pruned", sa.Integer(), nullable=False),
        sa.Column("pruned_digest", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_act_chain_single")),
        sa.CheckConstraint("pruned BETWEEN 0 AND newest", name=op.f("ck_act_chain_pruned")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_chain")),
    )
    op.bulk_insert(
        chain,
        [{"id": 1, "newest": 0, "digest": bytes(32), "pruned": 0, "pruned_digest": bytes(32)}],
    )
    op.create_table(
        "unit_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_key", sa.String(length=16), nullable=False),
        sa.Column("wave_key", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("means", sa.Integer(), nullable=False),
        sa.Column("intervals", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.CheckConstraint("units >= 1", name=op.f("ck_unit_release_units")),
        sa.CheckConstraint(
            "items >= 0 AND intervals >= items AND means >= intervals", name=op.f("ck_unit_release_levels")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_release")),
    )
    op.create_index(op.f("ix_unit_release_unit_key"), "unit_release", ["unit_key"], unique=False)
    op.create_table(
        "data_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.CheckConstraint("content IN ('dimensions', 'items')", name=op.f("ck_data_export_content")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    for statement in _KEEPING_ACTS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("factors", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("factors IN (1, 2)", name=op.f("ck_sign_in_factors")),
        sa.CheckConstraint("proved_at >= began_at", name=op.f("ck_sign_in_proved_at")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "account_identity",
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_identity_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject_hash", name=op.f("pk_account_identity")),
        sa.UniqueConstraint("account_id", "issuer", name=op.f("uq_account_identity_account_id")),
    )
    op.create_table(
        "code_app",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(length=72), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_code_app_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_code_app")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_passkey_name")),
        sa.CheckConstraint("last_on IS NULL OR last_on >= added_on", name=op.f("ck_passkey_last_on")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.create_table(
        "lost_factor",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.String(length=254), nullable=True),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_lost_factor_reason")),
        sa.CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_lost_factor_agreed")),
        sa.CheckConstraint("agreed_at IS NULL OR agreed_at >= asked_at", name=op.f("ck_lost_factor_order")),
        sa.CheckConstraint(
            "agreed_by IS NULL OR agreed_by <> asked_by OR agreed_by = 'command line'",
            name=op.f("ck_lost_factor_two"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_lost_factor_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_lost_factor")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_lost_factor_link_hash")),
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_study_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("key", name=op.f("uq_study_key")),
    )
    op.create_table(
        "study_member",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_study_member_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_member_study_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "account_id", name=op.f("pk_study_member")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_study_member_token_hash")),
    )
    op.create_index(op.f("ix_study_member_account_id"), "study_member", ["account_id"], unique=False)
    op.create_table(
        "planned_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("open_link", sa.Boolean(create_constraint=True, name="open_link"), nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_planned_round_closes_on")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_planned_round_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_round")),
        sa.UniqueConstraint("key", name=op.f("uq_planned_round_key")),
    )
    op.create_index(op.f("ix_planned_round_unit_id"), "planned_round", ["unit_id"], unique=False)
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("planned_invited", sa.Integer(), nullable=False),
        sa.Column("planned_closes_on", sa.Date(), nullable=False),
        sa.Column("reopens_to", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kept_years", sa.Integer(), nullable=False),
        sa.Column("open_link", sa.Boolean(create_constraint=True, name="open_link"), nullable=False),
        sa.Column(
            "leaders_answer", sa.Boolean(create_constraint=True, name="leaders_answer"), nullable=False
        ),
        sa.Column("background", sa.String(length=64), nullable=True),
        sa.Column("split_key", sa.Boolean(create_constraint=True, name="split_key"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("urn_check", sa.LargeBinary(length=32), nullable=True),
        sa.Column("planned_round_id", sa.Integer(), nullable=True),
        sa.Column("lay_in", sa.String(length=800), nullable=True),
        sa.Column("compared_from", sa.Date(), nullable=True),
        sa.Column("sealed_on", sa.Date(), nullable=True),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column(
            "decided",
            sa.Boolean(create_constraint=True, name="decided"),
            server_default=sa.false(),
            nullable=False,
        ),
        sa.CheckConstraint("NOT decided OR state = 'sealed'", name=op.f("ck_wave_decided_sealed")),
        sa.CheckConstraint(
            "(public_key IS NOT NULL) = (state IN ('open', 'closed'))"
            " OR (public_key IS NOT NULL AND state = 'draft' AND split_key)",
            name=op.f("ck_wave_public_key"),
        ),
        sa.CheckConstraint(
            "(urn_check IS NOT NULL) = (state IN ('open', 'closed'))", name=op.f("ck_wave_urn_check")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'sealed', 'abandoned')", name=op.f("ck_wave_state")
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_wave_closes_on")),
        sa.CheckConstraint(
            "planned_invited >= 1 AND invited >= planned_invited", name=op.f("ck_wave_invited")
        ),
        sa.CheckConstraint(
            "reopens_to IS NULL OR (state = 'closed' AND reopens_to >= closes_on)",
            name=op.f("ck_wave_reopens_to"),
        ),
        sa.CheckConstraint("planned_closes_on >= opens_on", name=op.f("ck_wave_planned_closes_on")),
        sa.CheckConstraint("(lay_in IS NOT NULL) = (state = 'sealed')", name=op.f("ck_wave_lay_in")),
        sa.CheckConstraint(
            "compared_from IS NULL OR (state = 'sealed' AND compared_from <= opens_on)",
            name=op.f("ck_wave_compared_from"),
        ),
        sa.CheckConstraint("reopened >= 0 AND kept_years >= 1", name=op.f("ck_wave_reopened")),
        sa.CheckConstraint("(sealed_on IS NOT NULL) = (state = 'sealed')", name=op.f("ck_wave_sealed_on")),
        sa.CheckConstraint(
            "shown_on IS NULL OR (sealed_on IS NOT NULL AND shown_on >= sealed_on)",
            name=op.f("ck_wave_shown_on"),
        ),
        sa.ForeignKeyConstraint(
            ["planned_round_id"],
            ["planned_round.id"],
            name=op.f("fk_wave_planned_round_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_wave_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("key", name=op.f("uq_wave_key")),
    )
    op.create_index(op.f("ix_wave_unit_id"), "wave", ["unit_id"], unique=False)
    _add_wave_lists()
    op.create_table(
        "sealed_in",
        sa.Column("unit_key", sa.String(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_sealed_in_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("unit_key", "wave_id", name=op.f("pk_sealed_in")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sealed_in_wave_id"), "sealed_in", ["wave_id"], unique=False)
    op.create_table(
        "release_hold",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_release_hold_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_release_hold")),
    )
    op.create_table(
        "access_code",
        sa.Column("keyed_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_access_code_wave_id")),
        sa.PrimaryKeyConstraint("keyed_hash", name=op.f("pk_access_code")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_access_code_wave_id"), "access_code", ["wave_id"], unique=False)
    op.create_table(
        "expectation",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("expected", sa.String(length=8), nullable=False),
        sa.CheckConstraint("expected IN ('more', 'less', 'unsure')", name=op.f("ck_expectation_expected")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_expectation_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "dimension", name=op.f("pk_expectation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave_link",
        sa.Column("keyed_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_wave_link_wave_id")),
        sa.PrimaryKeyConstraint("keyed_hash", name=op.f("pk_wave_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_wave",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("moments", sa.LargeBinary(), nullable=True),
        sa.Column("verdicts", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint(
            "(n IS NULL AND moments IS NULL AND verdicts IS NULL AND digest IS NULL)"
            " OR (n IS NOT NULL AND n >= 5"
            " AND moments IS NOT NULL AND verdicts IS NOT NULL AND digest IS NOT NULL)",
            name=op.f("ck_sealed_wave_enough"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_sealed_wave_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_sealed_wave")),
    )
    op.create_table(
        "held_key_share",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_held_key_share_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_held_key_share")),
    )
    op.create_table(
        "urn",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("shard BETWEEN 0 AND 15", name=op.f("ck_urn_shard")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_urn_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "shard", name=op.f("pk_urn")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "agreed_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("goal", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=140), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("sign", sa.String(length=100), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.CheckConstraint("length(action) BETWEEN 1 AND 140", name=op.f("ck_agreed_action_action")),
        sa.CheckConstraint("length(goal) BETWEEN 1 AND 100", name=op.f("ck_agreed_action_goal")),
        sa.CheckConstraint("length(sign) BETWEEN 1 AND 100", name=op.f("ck_agreed_action_sign")),
        sa.CheckConstraint("length(who) BETWEEN 1 AND 60", name=op.f("ck_agreed_action_who")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["sealed_wave.wave_id"], name=op.f("fk_agreed_action_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
        sa.UniqueConstraint("key", name=op.f("uq_agreed_action_key")),
    )
    op.create_index(op.f("ix_agreed_action_wave_id"), "agreed_action", ["wave_id"], unique=False)
    op.create_table(
        "round_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("half", sa.String(length=6), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.CheckConstraint("sealed >= 0 AND missing >= 0", name=op.f("ck_round_release_counts")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_round_release_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_release")),
    )
    op.create_index(
        "ix_round_release_round",
        "round_release",
        ["unit_id", "half", "edition", "instrument"],
        unique=True,
    )
    op.create_table(
        "look_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("sentence", sa.String(length=140), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(sentence) BETWEEN 1 AND 140", name=op.f("ck_look_back_sentence")),
        sa.CheckConstraint("status IN ('goes-on', 'stopped', 'changed')", name=op.f("ck_look_back_status")),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["agreed_action.id"],
            name=op.f("fk_look_back_action_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_back")),
    )
    op.create_index("ix_look_back_day", "look_back", ["action_id", "noted_on"], unique=True)
    op.create_table(
        "sealed_category",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Integer(), nullable=True),
        sa.CheckConstraint("(mean IS NULL) = (figure = 'answers')", name=op.f("ck_sealed_category_mean")),
        sa.CheckConstraint("n >= 5", name=op.f("ck_sealed_category_enough")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["sealed_wave.wave_id"], name=op.f("fk_sealed_category_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "figure", "category", name=op.f("pk_sealed_category")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("half", sa.String(length=6), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("destroyed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lost", sa.Integer(), server_default="0", nullable=False),
        sa.Column("units", sa.Integer(), server_default="0", nullable=False),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.CheckConstraint("batch >= 1 AND lost >= 0", name=op.f("ck_pool_batch")),
        sa.CheckConstraint("destroyed BETWEEN 0 AND batch - 1", name=op.f("ck_pool_destroyed")),
        sa.CheckConstraint(
            "(sums IS NULL AND units = 0 AND people = 0) OR (sums IS NOT NULL AND units >= 10 AND people >= 200)",
            name=op.f("ck_pool_enough"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
        sa.UniqueConstraint("key", name=op.f("uq_pool_key")),
    )
    op.create_table(
        "pool_contribution",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_contribution_pool_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_pool_contribution_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_pool_contribution")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_pool_contribution_pool_id"), "pool_contribution", ["pool_id"], unique=False)
