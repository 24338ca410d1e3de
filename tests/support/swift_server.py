"""OpenStack Swift with its S3 interface in one process: `python -m tests.support.swift_server FOLDER` prints its port
and ends when its standard input does, so with whoever started it.

Swift is four servers, each a process of its own; here they are green threads of one, which takes a quarter of the time
and memory. What it answers, above all to wrong signatures, is what Swift answers.
"""

import sys
from pathlib import Path

from swift.common import utils, wsgi
from swift.common.ring import RingBuilder

from tests.support.swift import ACCESS_KEY, REGION, SECRET

utils.monkey_patch()

import eventlet  # noqa: E402 - after Swift has made the standard library green
from eventlet import tpool  # noqa: E402
from eventlet import wsgi as green  # noqa: E402

_STORES = ("account", "container", "object")
_COMMON = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true
user = root
workers = 0
log_level = CRITICAL
"""
_STORE = """
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""
_PROXY = f"""
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck listing_formats s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:s3api]
use = egg:swift#s3api
location = {REGION}
[filter:tempauth]
use = egg:swift#tempauth
user_{ACCESS_KEY.replace(":", "_")} = {SECRET} .admin
"""
_FILTERS = (
    "catch_errors",
    "gatekeeper",
    "healthcheck",
    "listing_formats",
    "copy",
    "slo",
    "dlo",
    "versioned_writes",
    "symlink",
)


def main(folder: Path) -> None:
    (folder / "devices" / "d1").mkdir(parents=True)
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = tests\n")
    utils.set_swift_dir(str(folder))
    sockets = {name: eventlet.listen(("127.0.0.1", 0)) for name in _STORES}
    for name, socket in sockets.items():
        _write_ring(folder / f"{name}.ring.gz", socket.getsockname()[1])
        _spawn(folder, name, _STORE.format(name=name), socket)
    filters = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in _FILTERS)
    socket = eventlet.listen(("127.0.0.1", 0))
    _spawn(folder, "proxy", _PROXY + filters, socket)
    print(socket.getsockname()[1], flush=True)  # noqa: T201 - to whoever started this
    tpool.execute(sys.stdin.read)


def _write_ring(path: Path, port: int) -> None:
    """One device and one copy of everything."""
    builder = RingBuilder(2, 1, 0)
    device = {"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "meta": ""}
    builder.add_dev(device | {"replication_ip": "127.0.0.1", "replication_port": port})
    builder.rebalance(seed="1")
    builder.get_ring().save(str(path))


def _spawn(folder: Path, name: str, text: str, socket: object) -> None:
    conf = folder / f"{name}.conf"
    conf.write_text(_COMMON.format(folder=folder) + text)
    app = wsgi.loadapp(str(conf), global_conf={"log_name": name})
    eventlet.spawn(
        green.server,
        socket,
        app,
        log_output=False,
        protocol=wsgi.SwiftHttpProtocol,
        capitalize_response_headers=False,
        max_size=64,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
