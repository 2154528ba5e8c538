import { useEffect, useId, useState, type FormEvent, type ReactNode } from "react";
import type { HelloMessage } from "plyo";
import type { SportDescriptor } from "../catalogue";
import type { PosePlace } from "../coach/session";
import { listCameras, type Camera } from "../coach/source";
import { useLanguage } from "../language";
import { keepSession, leftSession, type LeftSession } from "../left_session";
import { isSignedInByKey, signOut } from "../sign_in";
import { PlacementDrawing } from "./icons";
import { StartBar } from "./start_bar";

export interface StartChoice {
  sport: string;
  athlete: NonNullable<HelloMessage["athlete"]>;
  parameters: Record<string, number>;
  file: File | null;
  camera: string | null;
  place: PosePlace;
}

interface Form {
  sport: string;
  name: string;
  height: string;
  mass: string;
  sex: "unknown" | "female" | "male";
  from: "camera" | "file";
  camera: string;
  place: PosePlace;
  parameters: Record<string, string>;
}

const STORED = "plyo.start";
const EMPTY: Form = { sport: "", name: "", height: "", mass: "", sex: "unknown", from: "camera", camera: "", place: "auto", parameters: {} };

// The name outlives no tab.
function remembered(): Form {
  const name = leftSession()?.choice.athlete.name ?? "";
  try {
    return { ...EMPTY, ...(JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Form>), from: "camera", name };
  } catch {
    return { ...EMPTY, name };
  }
}

// "180", "1.80" and "1,80" are what people write.
function number(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(value) ? value : null;
}

export function heightInMetres(text: string): number | null {
  const value = number(text);
  if (value === null) return null;
  return value < 3 ? value : value / 100;
}

export function StartPage(props: {
  sports: SportDescriptor[] | null; starting: boolean; trouble: ReactNode; left: LeftSession | null;
  onStart: (choice: StartChoice) => void; onGoOn: (left: LeftSession) => void; onFinish: (left: LeftSession) => void;
}) {
  const { t, name } = useLanguage();
  const [form, setForm] = useState(remembered);
  const [file, setFile] = useState<File | null>(null);
  const [cameras, setCameras] = useState<Camera[]>([]);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const ids = useId();
  useEffect(() => {
    listCameras().then((found) => {
      setCameras(found);
      // One that is not there any more would be asked for again and again. None is listed before the camera was allowed.
      if (found.length) setForm((old) => (found.some((c) => c.id === old.camera) ? old : { ...old, camera: "" }));
    }, () => {});
  }, []);

  const set = <K extends keyof Form>(key: K, value: Form[K]): void => setForm((old) => ({ ...old, [key]: value }));
  const sport = props.sports?.find((s) => s.id === form.sport) ?? props.sports?.[0];

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const height = heightInMetres(form.height);
    const mass = number(form.mass);
    const mistakes: typeof wrong = {};
    if (form.height.trim() && (height === null || height < 0.5 || height > 2.6)) mistakes.height = t("height_range");
    if (form.mass.trim() && (mass === null || mass < 10 || mass > 400)) mistakes.mass = t("mass_range");
    const parameters: StartChoice["parameters"] = {};
    for (const { id, min, max } of sport?.parameters ?? []) {
      const text = form.parameters[id] ?? "";
      const value = number(text);
      if (value !== null && value >= min && value <= max) parameters[id] = value;
      else if (text.trim()) mistakes[id] = t("parameter_range", { min, max });
    }
    if (form.from === "file" && !file) mistakes.file = t("file_missing");
    setWrong(mistakes);
    const [first] = Object.keys(mistakes);
    if (first) return document.getElementById(`${ids}-${first}`)?.focus();
    if (!sport) return;
    localStorage.setItem(STORED, JSON.stringify({ ...form, sport: sport.id, name: "" }));
    const athlete: StartChoice["athlete"] = { sex: form.sex };
    if (form.name.trim()) athlete.name = form.name.trim();
    if (height !== null) athlete.height_m = height;
    if (mass !== null) athlete.mass_kg = mass;
    props.onStart({ sport: sport.id, athlete, parameters, file: form.from === "file" ? file : null, camera: form.camera || null, place: form.place });
  };

  // Whose body it is that was filled in, and whose session it was, is nothing to whoever signs in next.
  const leave = (): void => {
    localStorage.removeItem(STORED);
    keepSession(null);
    void signOut().then(() => location.reload());
  };

  const textField = (key: string, label: string, unit: string | null, mode: "text" | "decimal", value: string, change: (value: string) => void) => {
    const mistake = wrong[key];
    return (
      <div className={`field field-${key}`} key={key}>
        <label htmlFor={`${ids}-${key}`}>{label}</label>
        <div className="input">
          <input
            id={`${ids}-${key}`} value={value} inputMode={mode} maxLength={mode === "text" ? 100 : 6} autoComplete="off" placeholder={t("optional")}
            aria-invalid={mistake ? true : undefined} aria-describedby={mistake ? `${ids}-${key}-wrong` : undefined}
            onChange={(e) => change(e.target.value)}
          />
          {unit && <span className="input-unit" aria-hidden="true">{unit}</span>}
        </div>
        {mistake && <p className="mistake" id={`${ids}-${key}-wrong`}>{mistake}</p>}
      </div>
    );
  };

  return (
    <div className="start">
      <StartBar>
        {isSignedInByKey() && <button type="button" className="button small" onClick={leave}>{t("sign_out")}</button>}
      </StartBar>
      <main className="start-main">
        {props.left && <LeftBefore {...props} left={props.left} />}
        <section className="start-words">
          <h1>{t("title")}</h1>
          <p className="lead">{t("lead")}</p>
          <div className="placing">
            <PlacementDrawing />
            <h2>{t("place_camera")}</h2>
            <ul className="placing-list">
              <li>{t("place_1")}</li>
              <li>{t("place_2")}</li>
              <li>{t("place_3")}</li>
            </ul>
          </div>
        </section>
        <form className="card start-form" onSubmit={submit} noValidate>
          <div className="field">
            <label htmlFor={`${ids}-sport`}>{t("sport")}</label>
            <select id={`${ids}-sport`} value={sport?.id ?? ""} onChange={(e) => set("sport", e.target.value)}>
              {props.sports?.map((s) => <option key={s.id} value={s.id}>{name("sport", s.id, s.label)}</option>)}
            </select>
          </div>
          {textField("name", t("name"), null, "text", form.name, (v) => set("name", v))}
          <div className="field-pair">
            {textField("height", t("height"), "cm", "decimal", form.height, (v) => set("height", v))}
            {textField("mass", t("mass"), "kg", "decimal", form.mass, (v) => set("mass", v))}
          </div>
          {sport?.parameters?.map(({ id, unit, label }) => textField(
            id, name("parameter", id, label), unit, "decimal", form.parameters[id] ?? "", (v) => set("parameters", { ...form.parameters, [id]: v }),
          ))}
          <div className="field">
            <label htmlFor={`${ids}-sex`}>{t("sex")}</label>
            <select id={`${ids}-sex`} value={form.sex} onChange={(e) => set("sex", e.target.value as Form["sex"])}>
              <option value="unknown">{t("unknown")}</option>
              <option value="female">{t("female")}</option>
              <option value="male">{t("male")}</option>
            </select>
          </div>
          <fieldset className="field">
            <legend>{t("picture_from")}</legend>
            <Segments name={`${ids}-from`} value={form.from} onChange={(v) => set("from", v)} options={[["camera", t("camera")], ["file", t("file")]]} />
          </fieldset>
          {form.from === "camera" ? (cameras.length > 1 && (
            <div className="field">
              <label htmlFor={`${ids}-camera`}>{t("camera")}</label>
              <select id={`${ids}-camera`} value={form.camera} onChange={(e) => set("camera", e.target.value)}>
                <option value="">{t("any_camera")}</option>
                {cameras.map((c, i) => <option key={c.id} value={c.id}>{c.label || `${t("camera")} ${i + 1}`}</option>)}
              </select>
            </div>
          )) : (
            <div className="field">
              <label className="file-button" htmlFor={`${ids}-file`}>{file ? file.name : t("choose_file")}</label>
              <input
                className="visually-hidden" id={`${ids}-file`} type="file" accept="video/*" aria-invalid={wrong.file ? true : undefined}
                aria-describedby={wrong.file ? `${ids}-file-wrong` : undefined} onChange={(e) => setFile(e.target.files?.[0] ?? null)}
              />
              {wrong.file && <p className="mistake" id={`${ids}-file-wrong`}>{wrong.file}</p>}
            </div>
          )}
          <fieldset className="field">
            <legend>{t("pose_place")}</legend>
            <Segments
              name={`${ids}-place`} value={form.place} onChange={(v) => set("place", v)}
              options={[["auto", t("place_auto")], ["server", t("place_server")], ["browser", t("place_browser")]]}
            />
          </fieldset>
          {props.trouble}
          <button type="submit" className="button primary" disabled={!sport || props.starting} aria-busy={props.starting}>
            {t(!props.starting ? "start" : form.from === "file" ? "opening_video" : "opening_camera")}
          </button>
        </form>
      </main>
    </div>
  );
}

/** The session that this tab was in: nothing of it is lost with the page. */
function LeftBefore(props: {
  left: LeftSession; sports: SportDescriptor[] | null; starting: boolean; onGoOn: (left: LeftSession) => void; onFinish: (left: LeftSession) => void;
}) {
  const { t, name } = useLanguage();
  const { left, starting } = props;
  const sport = props.sports?.find((s) => s.id === left.choice.sport);
  if (!sport) return null;
  const what = [name("sport", sport.id, sport.label), left.choice.athlete.name].filter(Boolean).join(" · ");
  return (
    <section className="card left-before" aria-label={t("summary")}>
      <p>{t(left.over ? "left_over" : "left_open", { what })}</p>
      {!left.over && !left.fromFile && <button type="button" className="button primary" disabled={starting} onClick={() => props.onGoOn(left)}>{t("go_on")}</button>}
      <button type="button" className="button" disabled={starting} onClick={() => props.onFinish(left)}>{t(left.over ? "show_results" : "end_and_files")}</button>
    </section>
  );
}

export function Segments<T extends string>(props: { name: string; value: T; options: ReadonlyArray<readonly [T, string]>; onChange: (value: T) => void; disabled?: boolean }) {
  return (
    <div className="segments">
      {props.options.map(([value, label]) => (
        <label key={value} className="segment">
          <input type="radio" name={props.name} value={value} checked={props.value === value} disabled={props.disabled} onChange={() => props.onChange(value)} />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}
