// Checks objects of KEDA, Argo Rollouts and the Prometheus operator against the schemas that their own definitions were made into.
// Reads a JSON array of objects from standard input, writes one of the same length: the errors of each, null where there is no schema.
// Usage: node custom_resources.mjs FOLDER-OF-KUBERNETES-MODELS
import { pathToFileURL } from "node:url";

const models = {
  "argoproj.io/v1alpha1": "@kubernetes-models/argo-rollouts",
  "keda.sh/v1alpha1": "@kubernetes-models/keda",
  "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator",
};

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const errors = [];
for (const object of JSON.parse(Buffer.concat(chunks).toString())) {
  let Model;
  try {
    const file = `${process.argv[2]}/node_modules/${models[object.apiVersion]}/${object.apiVersion}/${object.kind}.js`;
    Model = (await import(pathToFileURL(file)))[object.kind];
  } catch {
    errors.push(null);
    continue;
  }
  try {
    new Model(object).validate();
    errors.push([]);
  } catch (error) {
    errors.push([error.message]);
  }
}
process.stdout.write(JSON.stringify(errors));
