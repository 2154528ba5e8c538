// Everything that comes from elsewhere is put in as text.
const $ = (id) => document.getElementById(id);
const say = (text) => { $("status").textContent = text; };
let testMode = false;

async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error([answer.detail, answer.remedy].filter(Boolean).join(" "));
  return answer;
}

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

function shown({ value, half, unit, reason }) {
  if (value === null) return `– (${(reason ?? "not measured").replaceAll("_", " ")})`;
  const digits = half === null ? 3 : Math.max(0, Math.min(4, 1 - Math.floor(Math.log10(half || 1))));
  return `${value.toFixed(digits)}${half === null ? "" : ` ± ${half.toFixed(digits)}`} ${unit === "1" ? "" : unit}`;
}

function follow(id) {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`analyses/${id}/events`);
    events.onmessage = ({ data }) => {
      const { event, progress } = JSON.parse(data);
      $("progress").value = progress;
      say(event === "progress" ? `Measuring: ${Math.round(progress * 100)} %` : "");
      if (event === "progress") return;
      events.close();
      resolve();
    };
    events.onerror = () => { // it connects again by itself, unless it was told not to
      if (events.readyState === EventSource.CLOSED) reject(new Error("The connection was lost."));
    };
  });
}

async function measure() {
  $("figures").replaceChildren();
  $("report").hidden = true;
  $("progress").hidden = false;
  $("progress").removeAttribute("value");
  say("Sending the video …");
  const query = new URLSearchParams({ height_m: $("height").value, ...(testMode && { fixture: "jump" }) });
  const { id } = await ask(`analyses?${query}`, { method: "POST", body: testMode ? undefined : $("video").files[0] });
  await follow(id);
  const { status, error, reps, report } = await ask(`analyses/${id}`);
  if (status !== "completed") throw new Error(error ? `${error.detail} ${error.remedy ?? ""}` : `The analysis is ${status}.`);
  say(reps.length ? "" : "No jump was found in the video.");
  for (const rep of reps) {
    const table = element("table", "", $("figures"));
    element("caption", `Jump ${rep.index}`, table);
    for (const figure of rep.figures) {
      const row = element("tr", "", table);
      element("th", figure.label, row).scope = "row";
      element("td", shown(figure), row);
    }
  }
  if (reps.length) element("p", "± is half of a 95 % interval.", $("figures"));
  if (report) {
    $("report").src = `analyses/${id}/report`;
    $("report").hidden = false;
  }
}

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("form").querySelector("button");
  button.disabled = true;
  try {
    await measure();
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
    $("progress").hidden = true;
  }
});

ask("settings").then((settings) => {
  testMode = settings.testMode;
  $("video_label").hidden = $("video").disabled = testMode;
  if (testMode) say("Test mode: a made-up jump stands for a video.");
}).catch((error) => say(error.message));
