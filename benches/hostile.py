#!/usr/bin/env python3
"""Peak memory and time of spoglight for hostile inputs.

    benches/hostile.py target/release/spoglight [NAME ...]

Each input is written to a temporary folder, read once, and removed. Prints a Markdown table. The exit code is 1 if a run
crashes, exceeds its memory, or does not end in time. Needs 2 GB of free space below TMPDIR.
"""

import bz2
import gzip
import io
import lzma
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib

LINE = "2026-11-21 10:%02d:%02d.%03d GMT+0000 <@> %s <@> [%d:a] <@> com.example.A <@> run() <@> %s <@> \n"
ANALYZE, OTHER = 250, 300  # MB
LONGEST = 300  # seconds, then a run is stopped
STOP = 6000  # MB, then it is stopped, too

INPUTS = []


def case(what, *arguments, limit=ANALYZE, follows=False):
    """Registers a function that writes the input into the current folder."""

    def add(write):
        INPUTS.append((write.__name__, what, write, arguments, limit, follows))
        return write

    return add


def stamp(second, level="INFO", thread=1, text="text", milli=0):
    return LINE % (second // 60 % 60, second % 60, milli, level, thread, text)


def failure(number):
    return stamp(0, "ERROR", text="text") + f"java.net.UnknownHostException: dc{number}.lab.example\n\tat a.B.c(B.java:1)\n"


def pack(items):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in items:
            archive.writestr(name, data)
    return out.getvalue()


def raw_zip(out, entries):
    """A zip of stored entries: (name in the directory, name before the data, data)."""
    at, directory = 0, []
    for shown, name, data in entries:
        sizes = struct.pack("<III", zlib.crc32(data), len(data), len(data))
        piece = struct.pack("<IHHHHH", 0x04034B50, 20, 0, 0, 0, 0x5B75) + sizes
        piece += struct.pack("<HH", len(name), 0) + name + data
        out.write(piece)
        record = struct.pack("<IHHHHHH", 0x02014B50, 20, 20, 0, 0, 0, 0x5B75) + sizes
        directory.append(record + struct.pack("<HHHHHII", len(shown), 0, 0, 0, 0, 0, at) + shown)
        at += len(piece)
    size = sum(map(len, directory))
    for record in directory:
        out.write(record)
    count = len(directory)
    if count > 0xFFFE or size + at > 0xFFFFFFFE:
        out.write(struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, at))
        out.write(struct.pack("<IIQI", 0x07064B50, 0, at + size, 1))
        count, size, at = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    out.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, at, 0))


def write(path, pieces):
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as out:
        for piece in pieces:
            out.write(piece)


def copies(folder, name, data, count):
    for at in range(count):
        if at % 1000 == 0:
            os.makedirs(f"{folder}/{at // 1000}")
        with open(f"{folder}/{at // 1000}/{at}{name}", "wb") as out:
            out.write(data)


@case("16 zips in 16 zips, five deep, around 64 MB of zeros (29 kB)", "analyze", "nested.zip")
def nested_bomb():
    data = pack([("0.log", bytes(64 << 20))])
    for level in range(5):
        data = pack([(f"{level}_{at}.zip", data) for at in range(16)])
    with open("nested.zip", "wb") as out:
        out.write(data)


@case("a gzip file of 2 GB of zeros (2 MB)", "analyze", "zeros.log.gz")
def gzip_bomb():
    with gzip.open("zeros.log.gz", "wb", 9) as out:
        for _ in range(2048):
            out.write(bytes(1 << 20))


@case("a name of 256 MB in a tar.gz (1 MB)", "analyze", "long.tar.gz")
def long_name():
    with tarfile.open("long.tar.gz", "w:gz", format=tarfile.GNU_FORMAT) as archive:
        entry = tarfile.TarInfo("x" * (256 << 20))
        entry.size = 2
        archive.addfile(entry, io.BytesIO(b"x\n"))


@case("10,000 names of 60,000 bytes in a zip.gz", "analyze", "names.zip.gz")
def many_long_names():
    data = failure(1).encode()
    with gzip.open("names.zip.gz", "wb", 6) as out:
        raw_zip(out, ((b"%08d" % at + b"a" * 59992, b"%08d" % at, data) for at in range(10_000)))


@case("1,000,000 empty entries in a zip.gz", "analyze", "entries.zip.gz")
def many_entries():
    with gzip.open("entries.zip.gz", "wb", 1) as out:
        raw_zip(out, ((b"%d.log" % at, b"%d.log" % at, b"") for at in range(1_000_000)))


@case("70,000 zips of one small log", "analyze", "zips")
def many_archives():
    copies("zips", ".zip", pack([("x.log", stamp(0))]), 70_000)


@case("200,000 gzip files of one line", "analyze", "gz")
def many_gzip_files():
    copies("gz", ".log.gz", gzip.compress(stamp(0).encode()), 200_000)


@case("200,000 logs of one line", "analyze", "logs")
def many_files():
    copies("logs", ".log", stamp(0).encode(), 200_000)


@case("the same on a timeline", "timeline", "logs", limit=OTHER)
def many_files_timeline():
    many_files()


@case("the same followed for 20 seconds", "tail", "logs", limit=OTHER, follows=True)
def many_files_tail():
    many_files()


@case("100,000 logs with a failure of their own", "analyze", "hits.zip")
def many_hits():
    with open("hits.zip", "wb") as out:
        names = (b"%d.log" % at for at in range(100_000))
        raw_zip(out, ((name, name, failure(at).encode()) for at, name in enumerate(names)))


@case("5 million events of one moment (420 MB) on a timeline", "timeline", "same.log", limit=OTHER)
def one_moment():
    write("same.log", (stamp(0) * 1000 for _ in range(5000)))


@case("the same as JSON", "timeline", "--format", "json", "same.log", limit=OTHER)
def one_moment_json():
    one_moment()


@case("5 million events in random order on a timeline", "timeline", "random.log", limit=OTHER)
def random_order():
    dice = random.Random(1)
    line = lambda: stamp(dice.randrange(3600), milli=dice.randrange(1000))
    write("random.log", ("".join(line() for _ in range(1000)) for _ in range(5000)))


@case("5 million events that alternate between two moments, on a timeline", "timeline", "two.log", limit=OTHER)
def two_moments():
    write("two.log", ((stamp(0) + stamp(3599)) * 500 for _ in range(5000)))


@case("a line of 300 MB", "analyze", "line.log")
def long_line():
    write("line.log", [stamp(0)[:-1], *("x" * (1 << 20) for _ in range(300))])


@case("an event with 3 million causes (200 MB)", "analyze", "causes.log")
def many_causes():
    cause = "Caused by: java.net.UnknownHostException: dc01.lab.example\n\tat a.B.c(B.java:1)\n"
    write("causes.log", [stamp(0, "ERROR"), *(cause * 1000 for _ in range(3000))])


@case("1 million errors that differ in thread, host and class", "analyze", "values.log")
def many_values():
    one = lambda at: stamp(at // 300, "ERROR", at, f"task of c{at}.Name{at}Exception at h{at}.lab.example:1{at % 10000} failed")
    write("values.log", map(one, range(1_000_000)))


@case("600,000 empty bzip2 streams, `--max-silence 2`", "analyze", "--max-silence", "2", "empty.log.bz2")
def empty_streams():
    with open("empty.log.bz2", "wb") as out:
        out.write(bz2.compress(b"\n") + bz2.compress(b"") * 600_000)


@case("an xz file with 40 MB of zeros after it, `--max-silence 2`", "analyze", "--max-silence", "2", "zeros.log.xz")
def trailing_zeros():
    with open("zeros.log.xz", "wb") as out:
        out.write(lzma.compress(b"x\n") + bytes(40 << 20))


@case("a server.xml of 1 million nested elements", "analyze", "conf")
def nested_elements():
    os.mkdir("conf")
    write("conf/server.xml", ["<Server>", *["<a>"] * 1_000_000, *["</a>"] * 1_000_000, "</Server>"])


@case("a signature with `(?:a{1,300}){1,300}$`", "analyze", "--signatures", "slow.toml", "a.log")
def slow_pattern():
    write("a.log", (stamp(0, "ERROR", text="needle " + "a" * 3000) for _ in range(20_000)))
    write("slow.toml", [SLOW])


SLOW = r"""
id = "slow-pattern"
title = "A slow pattern"
severity = "low"
kind = "failure"
layer = "jvm"
cause = "None."
fix = ["None."]
[match]
any = ["needle"]
pattern = '(?:a{1,300}){1,300}$'
"""


def run(program, arguments, follows):
    """Peak memory in MB, seconds, exit code, bytes of output."""
    start, peak = time.time(), 0
    with open("out.txt", "wb") as out, open("err.txt", "wb") as err:
        child = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        while child.poll() is None:
            try:
                with open(f"/proc/{child.pid}/status", encoding="ascii") as status:
                    peak = max([peak, *(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))])
            except OSError:
                pass
            seconds = time.time() - start
            if follows and seconds > 20:
                child.send_signal(signal.SIGINT)
                child.wait()
            if seconds > LONGEST or peak > STOP:
                child.kill()
                child.wait()
            time.sleep(0.02)
    return peak, time.time() - start, child.returncode, os.path.getsize("out.txt")


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed = 0
    print("| input | command | peak memory | time | output | exit code |\n|---|---|---|---|---|---|")
    for name, what, make, arguments, limit, follows in INPUTS:
        if names and name not in names:
            continue
        folder = tempfile.mkdtemp(prefix="hostile-")
        os.chdir(folder)
        try:
            make()
            peak, seconds, code, size = run(program, arguments, follows)
            is_bad = code not in (0, 1, 2, 3) or peak > limit
            failed += is_bad
            mark = " **over**" if is_bad else ""
            shown = f"{peak} MB{mark} | {seconds:.1f} s | {size / 1e6:.1f} MB | {code}"
            print(f"| {what} | `{arguments[0]}` | {shown} |", flush=True)
        finally:
            os.chdir("/")
            shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
