import { createRoot } from "react-dom/client";
import { App } from "./app";
import { LanguageProvider } from "./language";
import "./styles.css";
import { speakFromFirstClickOn } from "./voice";

speakFromFirstClickOn();

createRoot(document.getElementById("root")!).render(<LanguageProvider><App /></LanguageProvider>);
