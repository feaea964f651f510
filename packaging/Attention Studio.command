#!/bin/sh
# macOS opens a terminal for this file; the program goes on when that is closed.
cd "$(dirname "$0")" || exit 1
for python in python3.13 python3.12 python3.11 python3.14 python3; do
  if command -v "$python" >/dev/null 2>&1; then
    nohup "$python" launch.py >/dev/null 2>&1 &
    exit 0
  fi
done
echo "Attention Studio needs Python 3.11 to 3.14. Opening its page …"
open https://www.python.org/downloads/
