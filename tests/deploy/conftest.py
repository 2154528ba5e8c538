"""Where the tests of deploy/ find what they check with: packages (PYTHONPATH, before pytest takes Debian's older ones) and programs of ./dev setup."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DEPS = Path(os.environ.get("PLYO_DEPS", ROOT / "build/deps"))
