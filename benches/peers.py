#!/usr/bin/env python3
"""Times spoglight beside other programs on the same generated logs, and prints a Markdown table.

    cargo run --release --example bench_logs -- LOGS 400
    benches/peers.py target/release/spoglight LOGS [--runs N] [--rg PROGRAM] [--lnav PROGRAM]

All programs run in turn, N times (7 unless --runs is given), with the files in the page cache and the output read and
dropped. Wall and CPU time are medians. CPU time is the fairer one on a machine that others use, too. A program that is
not on the machine is left out of the table.
"""
import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# half of them are in the logs
LITERALS = [
    "getOutputStream() has already been called", "java.lang.NullPointerException", "article.preview.title has no text",
    "poll ended by its caller", "Connection refused: connect", "AuthenticationFailedException: LOGIN failed",
    "Java heap space", "PKIX path building failed", "unable to find valid certification path", "SSLHandshakeException",
] + [f"Unknown failure {number} of subsystem {number * 7 % 90}" for number in range(90)]


def commands(program, logs, rg, lnav, literals):
    """Name, folder and command of the shell; `{all}` are the files of the folder."""
    shell = (
        "join() { awk '/^20[0-9][0-9]-/{if(NR>1)print \"\"; printf \"%s\",$0; next}{printf \"\\001%s\",$0} END{print \"\"}' \"$1\"; }; "
        "fifos=; for log in {ece}; do fifo=$(mktemp -u); mkfifo $fifo; join \"$log\" >$fifo & fifos=\"$fifos $fifo\"; done; "
        "LC_ALL=C sort -m -s -k1,2 $fifos | tr '\\001' '\\n'; rm $fifos"
    )
    yield "`cat`", "failures", "cat {all}"
    yield "`wc -l`", "failures", "cat {all} | wc -l"
    if rg:
        yield "ripgrep, 100 literals", "healthy", f"{rg} -c -F -f {literals} {{all}}"
        yield "ripgrep, 100 literals", "failures", f"{rg} -c -F -f {literals} {{all}}"
    yield "**spoglight analyze**", "healthy", f"{program} analyze {{folder}}"
    yield "**spoglight analyze**", "failures", f"{program} analyze {{folder}}"
    yield "**spoglight analyze --threads 1**", "failures", f"{program} analyze {{folder}} --threads 1"
    yield "**spoglight timeline**", "failures", f"{program} timeline {{folder}}"
    yield "**spoglight timeline --threads 1**", "failures", f"{program} timeline {{folder}} --threads 1"
    yield "**spoglight timeline --format json**", "failures", f"{program} timeline {{folder}} --format json"
    yield "**spoglight timeline**, ECE only", "failures", f"{program} timeline {{ece}}"
    yield "shell (`awk`, `sort -m`, `tr`), ECE only", "failures", shell
    if lnav:
        yield "lnav, timeline", "failures", f"{lnav} -n {{all}}"


def size(path):
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def run(command):
    """Wall and CPU seconds of a command, and its peak memory in MB."""
    reader, writer = os.pipe()
    start = time.monotonic()
    process = subprocess.Popen(["bash", "-c", command], stdout=writer, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    os.close(writer)
    while os.read(reader, 1 << 20):
        pass
    os.close(reader)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 3):
        sys.exit(f"error: ended with {code}: {command}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("logs", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--rg", default=shutil.which("rg"))
    parser.add_argument("--lnav", default=shutil.which("lnav"))
    options = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as literals:
        literals.write("\n".join(LITERALS) + "\n")
        literals.flush()
        rows = []
        for name, mix, command in commands(options.program.resolve(), options.logs, options.rg, options.lnav, literals.name):
            folder = options.logs.resolve() / mix
            files = sorted(file for file in folder.rglob("*") if file.is_file())
            ece = [file for file in files if file.name.startswith("eg_log")]
            for word, value in {"{all}": files, "{ece}": ece, "{folder}": [folder]}.items():
                command = command.replace(word, " ".join(shlex.quote(str(path)) for path in value))
            counted = sum(file.stat().st_size for file in (ece if "ECE only" in name else files))
            rows.append((name, mix, command, counted, []))
        for number in range(options.runs + 1):
            for *_, command, _, times in rows:
                measured = run(command)
                if number > 0:  # the first run fills the page cache
                    times.append(measured)
    print("| program | logs | wall | throughput | CPU | peak memory |\n|---|---|---|---|---|---|")
    for name, mix, _, counted, times in rows:
        wall, cpu, memory = (statistics.median(column) for column in zip(*times))
        speed = counted / wall / 1e6
        print(f"| {name} | {mix}, {counted / 1e6:.0f} MB | {wall:.2f} s | {speed:,.0f} MB/s | {cpu:.2f} s | {memory:.0f} MB |")


main()
