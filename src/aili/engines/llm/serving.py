"""The child process that runs a model: llama.cpp's server on loopback, until whoever started it goes away.

A script, not an import: it knows nothing of aili. It is told what to do in a line of JSON on standard input, so that the
key is seen in no list of processes, and answers with the address, or with nothing where the model cannot be loaded.
"""

from __future__ import annotations

import json
import os
import signal
import sys

# Work that was begun ends with its batch. Measured with a model of 500 MB on one core: 2,048 tokens a batch keep the next
# request waiting for 85 s, 64 for 2.4 s, and both read as many tokens a second (42 and 41).
BATCH = 64
# A run of this many tokens that stands among the last 128 already is made ever less likely (the sampler DRY): small models
# would repeat it for ever. Sentences of the text may be copied; quotation marks and line ends begin anew.
RUN, LOOK_BACK = 12, 128


def main() -> None:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    told = json.loads(sys.stdin.readline())
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = told["path"]
    if told["threads"]:
        setattr(params.cpuparams, "n_threads", told["threads"])  # noqa: B010 (as below)
    chosen = {
        "n_ctx": told["window"],
        "n_parallel": 1,
        "n_batch": BATCH,
        "n_ubatch": BATCH,
        "warmup": False,
        "hostnames": ["127.0.0.1"],
        "port": 0,
        "api_keys": [told["key"]],
        "ui": False,
        "verbosity": -1,
        "default_template_kwargs": {"enable_thinking": "false"},  # thinking aloud costs minutes here
    }
    for name, value in chosen.items():
        setattr(params, name, value)
    repeating = {"dry_multiplier": 0.8, "dry_allowed_length": RUN, "dry_penalty_last_n": LOOK_BACK}
    for name, value in repeating.items():
        setattr(params.sampling, name, value)
    try:
        server = xllamacpp.Server(params)
    except RuntimeError:
        return
    sys.stdout.write(json.dumps({"address": server.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # at once: the server would finish its batch first


if __name__ == "__main__":
    main()
