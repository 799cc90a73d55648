"""Cold starts: importing a function's code and making its first clients, against boto3 with a DynamoDB client."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.fresh import ROOT, TaskFailed
from benchmarks.report import Row
from benchmarks.suite import Context, middle
from sandbox.stack import environment

MOST_TIMES = 1.6
# Functions that somebody waits for.
QUICK = {"clever_webhook": 1.3, "class_code_join": 1.3, "email_invite_accept": 1.3}
PEER = "import boto3; boto3.client('dynamodb')"
ALL_OF_WEBHOOK = (
    "import app; app.service(); from homeroom.runtime import aws; aws.secrets(); aws.sqs(); app.seen(); "
    "from homeroom.roster.webhook.store import SeenItem; SeenItem._get_connection().connection.client"
)
# Its routes, and whoever asks looked up, which every request begins with.
SIGNED_IN = "import app; from routes import deps; deps.callers(); from homeroom.runtime import aws; aws.dynamodb()"
STEPS = "from app import {name}; from homeroom.roster import wiring; "
# Function folder, and what its first invocation does before it talks to anybody.
FUNCTIONS = {
    "district_admin": ("district_admin", "import app; from homeroom.runtime import aws; aws.dynamodb()"),
    # A refusal ends with the secrets; the first notice that is taken asks for the table of ids and the queue as well.
    "accounts": ("accounts", SIGNED_IN),
    "classes": ("classes", SIGNED_IN),
    "outbox_mailer": ("outbox_mailer", "import app; app.mailing.mailer(); from homeroom.runtime import aws; aws.ses()"),
    "clever_webhook": ("clever_webhook", "import app; app.service(); from homeroom.runtime import aws; aws.secrets()"),
    "clever_webhook, all of it": ("clever_webhook", ALL_OF_WEBHOOK),
    "class_code_join": ("class_code_join", "import app; app.joins(); from homeroom.runtime import aws; aws.dynamodb()"),
    "email_invite_accept": ("email_invite_accept", "import app; app.accepting()"),
    "roster dispatch": ("roster_sync", STEPS.format(name="dispatch") + "wiring.nights()"),
    "roster discover": ("roster_sync", STEPS.format(name="discover") + "wiring.discovery(); import "
                        "homeroom.roster.clever.tokens; from homeroom.runtime import aws; aws.secrets()"),
    "roster notice": ("roster_sync", STEPS.format(name="notice") + "wiring.notices()"),
    "roster control": ("roster_sync", STEPS.format(name="control") + "wiring.control()"),
    "roster fetch": ("roster_sync", STEPS.format(name="fetch") + "wiring.steps(); import "
                     "homeroom.roster.service.fetch, homeroom.roster.clever.source; "
                     "from homeroom.runtime import aws; aws.secrets()"),
    "roster plan": ("roster_sync", STEPS.format(name="plan") + "wiring.steps(); import "
                    "homeroom.roster.service.planning"),
    "roster apply": ("roster_sync", STEPS.format(name="apply") + "wiring.steps(); wiring.writer(); wiring.tables()"),
}  # fmt: skip
# In processor time: one thread that waits for nothing, whatever else the machine does.
TIMED = "import time; begun = time.process_time(); {code}; print(time.process_time() - begun)"


def benchmark(context: Context) -> Iterator[Row]:
    """Medians of fresh interpreters in turns with the peer, bytecode written beforehand."""
    for name, (folder, code) in FUNCTIONS.items():
        _seconds(folder, code)
        _seconds(folder, PEER)
        pairs = [(_seconds(folder, code), _seconds(folder, PEER)) for _ in range(context.sizes.starts)]
        ours, peer = (list(column) for column in zip(*pairs, strict=True))
        # Each side by its median: one slow start on a busy machine then moves neither.
        ratio = middle(ours) / middle(peer)
        yield Row(f"cold start of {name}", f"{middle(ours) * 1000:.0f} ms", f"{middle(peer) * 1000:.0f} ms", ratio,
                  QUICK.get(name, MOST_TIMES), detail={"ours": ours, "peer": peer})  # fmt: skip


def _seconds(folder: str, code: str) -> float:
    names = ("DISTRICTS_TABLE", "CLASSES_TABLE", "USERS_TABLE", "ROSTER_BUCKET", "ROSTER_STATE_MACHINE_ARN",
             "TRANSIENT_TABLE", "OUTBOX_TABLE", "WEBHOOK_SECRET_ARN", "NOTICES_QUEUE_URL", "MAIL_FROM")  # fmt: skip
    env = {**environment.clean(), **environment.aws("http://127.0.0.1:9"), **dict.fromkeys(names, "bench")}
    env |= {"PYTHONPATH": str(ROOT / "layers" / "common"), "POWERTOOLS_SERVICE_NAME": "homeroom"}
    env |= {"PYDANTIC_DISABLE_PLUGINS": "__all__"}  # as in template.yaml
    command = [sys.executable, "-c", TIMED.format(code=code)]
    done = subprocess.run(
        command, cwd=ROOT / "functions" / folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise TaskFailed(f"{code} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return float(done.stdout.splitlines()[-1])
