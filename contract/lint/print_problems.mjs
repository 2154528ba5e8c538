// Prints the problems in Redocly's JSON; exits with 1 where there is any, or no JSON.
import { readFileSync } from "node:fs";

const text = readFileSync(0, "utf8").trim();
const problems = text ? JSON.parse(text).problems : [];
for (const { severity, ruleId, message, location } of problems) {
  console.error(`redocly: ${severity} ${ruleId}: ${message} (${location.map((one) => one.pointer).join(", ")})`);
}
process.exitCode = problems.length || !text ? 1 : 0;
