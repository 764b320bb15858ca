"""The benchmarks run, and compare like with like."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("httpx")
pytest.importorskip("msgspec")

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False, capture_output=True, text=True)


def test_a_quick_run_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    written = tmp_path / "results.json"
    done = run("-m", "benchmarks", "--quick", "--json", str(written), "size", "calls", "blocking_calls")
    assert done.returncode in (0, 1), done.stderr  # 1: a goal is not met, which a busy machine may cause
    results = json.loads(written.read_text())["results"]
    assert {result["measure"].split()[0] for result in results} == {"unpacked", "async", "blocking"}
    for result in results:
        assert result["measure"] in done.stdout
        assert result["ratio"] > 0
    short = [result for result in results if not result["met"]]
    assert bool(short) is bool(done.returncode)
    assert done.stdout.count("\nshort: ") == len(short)


def test_an_unknown_benchmark_is_refused() -> None:
    done = run("-m", "benchmarks", "nonsense")
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "decoding" in done.stderr


SAME_DOCUMENTS = """
import json
from benchmarks import decoding

for subject in decoding._subjects():
    written = {who: encode().replace(b"+00:00", b"Z") for who, encode in decoding._encoding(subject).items()}
    ours, struct, plain = (json.loads(written[who]) for who in ("ours", "msgspec", "cattrs"))
    assert ours == struct == plain, subject.name
    assert len(written["ours"]) > 0.95 * len(subject.raw), subject.name  # what is null is left out
    print(subject.name)
"""


def test_all_contenders_read_and_write_whole_documents() -> None:
    done = run("-c", SAME_DOCUMENTS)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5


WHOLE_LIST = """
from functools import partial
from benchmarks import listing
from benchmarks.server import answering_server, identity_pages

if __name__ == "__main__":
    with answering_server(partial(identity_pages, 3, 500)) as url:
        print(listing._ours(url)(), listing._official(url)())
"""


def test_the_server_of_lists_is_gone_through_to_its_end_by_both() -> None:
    done = run("-c", WHOLE_LIST)
    assert done.stdout.split() == ["1500", "1500"], done.stderr
