"""`python -m include.local.fake_provider --port N --state FOLDER`: see the package for all there is."""

import argparse
import json
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from include.local.fake_provider.app import application
from include.local.fake_provider.provider import Provider
from include.local.fake_provider.settings import Settings


class DroppingProtocol(HttpToolsProtocol):
    """Lets a handler close its own connection, by scope["drop"]."""

    def on_message_begin(self) -> None:
        """Add the way out to what the handler gets."""
        super().on_message_begin()
        self.scope["drop"] = self.transport.close  # type: ignore[typeddict-unknown-key]


def main() -> None:
    """Serve until told to stop."""
    options = _parser().parse_args()
    given = {name: value for name, value in vars(options).items() if name in Settings.model_fields}
    provider = Provider(options.state, Settings(**given), json.loads(options.faults), options.seed)
    uvicorn.run(
        application(provider),
        host="127.0.0.1",
        port=options.port,
        http=DroppingProtocol,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        backlog=4096,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.local.fake_provider", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder of the bill and the batches")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", default="{}", help='JSON, such as {"overloaded": {"share": 0.3}}')
    for name, field in Settings.model_fields.items():
        parser.add_argument("--" + name.replace("_", "-"), default=field.default, help=field.description)
    return parser


if __name__ == "__main__":
    main()
