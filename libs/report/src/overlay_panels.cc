#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "overlay_painter.h"
#include "plyo/report/display.h"

namespace plyo::report {
namespace {

constexpr Color kPanel{0x0b, 0x10, 0x16};
constexpr Color kDim{0xb4, 0xbf, 0xcc};
constexpr double kMargin = 22;

}  // namespace

double OverlayPainter::PhasePanel(Canvas* canvas, double t_s) {
  const TextStyle big = Letters(23, Weight::kSemiBold, {kWhite, 1});
  const TextStyle small = Letters(15, Weight::kMedium, {kDim, 1});
  // As wide as the longest title, so that the panel does not breathe with the phases.
  double widest = canvas->TextWidth(input_.sport.label, big) - Px(24);
  for (const PhaseDescriptor& phase : input_.sport.phases)
    widest = std::max(widest, canvas->TextWidth(phase.label, big));
  double y = Px(kMargin);
  const std::size_t rows =
      std::clamp<std::size_t>(athletes_, 1, 3);  // more would cover the picture
  for (std::size_t i = 0; i < rows; ++i) {
    const PersonScene* person = i < athletes_ ? &people_[i] : nullptr;
    const RepScene* rep = person != nullptr ? person->RepAt(t_s) : nullptr;
    const ColoredPhase* phase = rep != nullptr ? PhaseAt(*rep, t_s) : nullptr;
    const std::string title = person == nullptr  ? "Nothing found"
                              : phase != nullptr ? PhaseLabel(input_.sport, phase->phase.id)
                                                 : input_.sport.label;
    const std::string line = PhaseLine(i, rep, t_s);
    const double width = std::max(widest + Px(24), canvas->TextWidth(line, small)) + Px(36);
    canvas->Box({Px(kMargin), y}, width, Px(70), {kPanel, 0.66}, Px(12));
    double x = Px(kMargin + 18);
    if (phase != nullptr) {
      canvas->Disc({x + Px(7), y + Px(25)}, Px(7), {phase->color, 1});
      x += Px(24);
    }
    canvas->Text(title, {x, y + Px(33)}, big);
    canvas->Text(line, {Px(kMargin + 18), y + Px(56)}, small);
    y += Px(70 + 8);
  }
  return y;
}

std::string OverlayPainter::PhaseLine(std::size_t athlete, const RepScene* rep, double t_s) const {
  if (athlete >= athletes_) return input_.sport.label;
  const std::size_t reps = people_[athlete].reps.size();
  const bool steps = input_.sport.repeats_steps;
  std::vector<std::string> parts;
  if (athletes_ > 1) parts.push_back("Athlete " + std::to_string(athlete + 1));
  if (reps > 1)
    parts.push_back(rep != nullptr
                        ? fmt::format("{} {} of {}", steps ? "Step" : "Rep", rep->rep->index, reps)
                        : fmt::format("{} {}", reps, steps ? "steps" : "reps"));
  if (const auto velocity =
          rep != nullptr ? TraceAt(*rep->rep, "com_velocity", t_s) : std::nullopt) {
    const DisplayUnit unit{"m/s", 1, 1};
    parts.push_back(fmt::format("{}{}{}", parts.empty() ? "Velocity " : "",
                                *velocity >= 0.05 ? "+" : "",
                                WithUnit(FormatNumber(*velocity, unit), unit)));
  }
  if (parts.empty()) return rep == nullptr ? "Ready" : input_.sport.label;
  std::string line = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) line += "  ·  " + parts[i];
  return line;
}

void OverlayPainter::FigurePanel(Canvas* canvas, double t_s) {
  const TextStyle label = Letters(14, Weight::kMedium, {kDim, 1});
  const TextStyle half = Letters(14, Weight::kMedium, {kDim, 1}, Align::kRight);
  const TextStyle value = Letters(19, Weight::kSemiBold, {kWhite, 1}, Align::kRight);
  double y = Px(kMargin);
  for (std::size_t i = 0; i < std::min<std::size_t>(athletes_, 2); ++i) {
    const RepScene* rep = people_[i].RepAt(t_s);
    if (rep == nullptr || rep->figures.empty()) continue;
    // Not before the first of them, the most important one: until then the picture stays clear.
    const double appear = FadeIn(t_s, rep->figures.front().known_s);
    if (appear <= 0) continue;
    double label_width = 0;
    double value_width = 0;
    double half_width = 0;
    for (const TimedFigure& figure : rep->figures) {
      label_width = std::max(label_width, canvas->TextWidth(figure.label, label));
      value_width = std::max(value_width, canvas->TextWidth(figure.value, value));
      half_width = std::max(half_width, canvas->TextWidth(figure.half, half));
    }
    const double title = athletes_ > 1 ? Px(24) : 0;
    const double width = label_width + value_width + half_width + Px(18 * 2 + 20 + 10);
    const double height = title + Px(31) * static_cast<double>(rep->figures.size()) + Px(18);
    const double right = size_.width - Px(kMargin + 18);
    const double x = size_.width - Px(kMargin) - width;
    canvas->Box({x, y}, width, height, {kPanel, 0.66 * appear}, Px(12));
    if (athletes_ > 1) {
      canvas->Text("Athlete " + std::to_string(i + 1), {x + Px(18), y + Px(25)},
                   Letters(14, Weight::kSemiBold, {kWhite, appear}));
    }
    double base = y + title + Px(30);
    // Every figure has its line from the start, so that none moves when another becomes known.
    for (const TimedFigure& figure : rep->figures) {
      const double alpha = FadeIn(t_s, figure.known_s);
      canvas->Text(figure.label, {x + Px(18), base}, Letters(14, Weight::kMedium, {kDim, appear}));
      if (alpha > 0) {
        canvas->Text(figure.half, {right, base},
                     Letters(14, Weight::kMedium, {kDim, alpha}, Align::kRight));
        canvas->Text(figure.value, {right - half_width - Px(10), base},
                     Letters(19, Weight::kSemiBold, {kWhite, alpha}, Align::kRight));
      } else {
        canvas->Text("–", {right - half_width - Px(10), base},
                     Letters(19, Weight::kMedium, {kDim, 0.6 * appear}, Align::kRight));
      }
      base += Px(31);
    }
    y += height + Px(8);
  }
}

void OverlayPainter::Timeline(Canvas* canvas, double t_s) {
  const double band = size_.height - size_.picture_height;
  const double middle = size_.picture_height + band / 2;
  const double left = Px(kMargin);
  const double width = size_.width - 2 * left - Px(84);
  const std::size_t rows = std::clamp<std::size_t>(athletes_, 1, 3);
  const double bar = Px(rows == 1 ? 10 : 6);
  const double gap = Px(3);
  const double height = static_cast<double>(rows) * (bar + gap) - gap;
  const double y0 = middle - height / 2;
  canvas->Box({0, static_cast<double>(size_.picture_height)}, size_.width, band, {kPanel, 1});
  const auto x_of = [&](double t) {
    return left + width * std::clamp(t / std::max(duration_s_, 1e-6), 0.0, 1.0);
  };
  for (std::size_t i = 0; i < rows; ++i) {
    const double y = y0 + static_cast<double>(i) * (bar + gap);
    canvas->Box({left, y}, width, bar, {kWhite, 0.16}, bar / 2);
    if (i >= athletes_) continue;
    for (const RepScene& rep : people_[i].reps) {
      for (const ColoredPhase& phase : rep.phases) {
        const double from = x_of(phase.phase.begin_s);
        const double to = x_of(phase.phase.end_s);
        const double now = std::clamp(x_of(t_s), from, to);
        canvas->Box({from, y}, to - from, bar, {phase.color, 0.42});
        if (now > from) canvas->Box({from, y}, now - from, bar, {phase.color, 1});
      }
      for (const Event& event : rep.rep->events) {
        const EventDescriptor* descriptor = FindEventDescriptor(input_.sport, event.id);
        if (descriptor == nullptr || !descriptor->key_frame) continue;
        canvas->Box({x_of(event.t_s) - Px(0.8), y - Px(3)}, Px(1.6), bar + Px(6), {kWhite, 0.9});
      }
    }
  }
  canvas->Box({x_of(t_s) - Px(2), middle - Px(13)}, Px(4), Px(26), {kWhite, 1}, Px(2));
  canvas->Text(fmt::format("{:.2f}\u00a0s", t_s), {size_.width - left, middle + Px(5.5)},
               Letters(16, Weight::kSemiBold, {kWhite, 1}, Align::kRight));
}

void OverlayPainter::EventFlash(Canvas* canvas, double t_s, double y) {
  // Of several events in a short time the last one is shown.
  const Event* shown = nullptr;
  std::size_t owner = 0;
  for (std::size_t i = 0; i < athletes_; ++i) {
    for (const RepScene& rep : people_[i].reps) {
      for (const Event& event : rep.rep->events) {
        if (event.t_s > t_s || (shown != nullptr && event.t_s < shown->t_s)) continue;
        shown = &event;
        owner = i;
      }
    }
  }
  if (shown == nullptr) return;
  constexpr double kShown = 0.9;  // seconds of the file's clock
  const double age = (t_s - shown->t_s) * time_scale_;
  if (age > kShown) return;
  const double alpha = std::clamp((kShown - age) / 0.25, 0.0, 1.0);
  std::string label = EventLabel(input_.sport, shown->id);
  if (athletes_ > 1) label = std::to_string(owner + 1) + "  " + label;
  const std::string time = fmt::format("{:.3f}\u00a0s", shown->t_s);
  const TextStyle name = Letters(17, Weight::kSemiBold, {kPanel, alpha});
  const TextStyle when = Letters(15, Weight::kMedium, {kPanel, 0.75 * alpha});
  const double name_width = canvas->TextWidth(label, name);
  const double width = name_width + canvas->TextWidth(time, when) + Px(16 * 2 + 10);
  canvas->Box({Px(kMargin), y}, width, Px(36), {kWhite, 0.92 * alpha}, Px(10));
  canvas->Text(label, {Px(kMargin + 16), y + Px(24)}, name);
  canvas->Text(time, {Px(kMargin + 16 + 10) + name_width, y + Px(24)}, when);
}

}  // namespace plyo::report
