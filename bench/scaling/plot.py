"""Draws the school day (run): JSON in, SVG out."""
import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "plyo", "font.size": 9, "font.family": "sans-serif", "axes.spines.top": False,
                            "axes.spines.right": False})
from matplotlib import pyplot  # noqa: E402

COLOURS = {"CPU": "#9a6a00", "occupancy": "#0b6b58", "occupancy and timetable": "#2457a6"}


def main() -> None:
    data = json.load(sys.stdin)

    def hours(seconds: list) -> list:
        return [data["begins_h"] + s / 3600 for s in seconds]
    figure, axes = pyplot.subplots(len(data["runs"]), 1, figsize=(9, 6.4), sharex=True, sharey=True, layout="constrained")
    for axis, (name, history) in zip(axes, data["runs"].items()):
        at, sessions, waiting, ready = zip(*history)
        axis.fill_between(hours([data["step_s"] * k for k in range(len(data["together"]))]), data["together"], color="#d9dde2", lw=0, label="athletes who want to")
        axis.plot(hours(at), sessions, color=COLOURS[name], lw=1.2, label="sessions")
        axis.step(hours(at), [data["each"] * count for count in ready], color="#333", lw=0.8, where="post", label="room of all instances")
        axis.plot(hours(at), waiting, color="#b3261e", lw=1, label="refused, trying again")
        axis.set_title(name, loc="left", fontsize=9, color=COLOURS[name])
        axis.set_ylabel("athletes")
    axes[0].legend(frameon=False, ncols=4, loc="upper right", fontsize=8)
    axes[-1].set_xlabel("o'clock")
    axes[-1].set_xlim(data["begins_h"], hours([data["step_s"] * len(data["together"])])[0])
    axes[-1].set_ylim(0)
    figure.savefig(data["to"], metadata={"Date": None})


if __name__ == "__main__":
    main()
