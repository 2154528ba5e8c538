{{/* The release's name, with the chart's where it does not say it. */}}
{{- define "plyo.name" -}}
{{- if contains "plyo" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-plyo" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "plyo.selector" -}}
app.kubernetes.io/name: plyo
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "plyo.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "plyo.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "plyo.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The roles of this mode, by spaces. */}}
{{- define "plyo.roles" -}}
{{ if eq .Values.mode "all" }}all{{ else }}api live worker{{ end }}
{{- end }}

{{/* Is anything kept on a volume, rather than in PostgreSQL and S3? */}}
{{- define "plyo.keepsFiles" -}}
{{- if or (not .Values.database.secret.name) (not .Values.blobs.bucket) (not .Values.secrets.masterKey.name) }}true{{ end }}
{{- end }}

{{/* The port of blobs.endpoint; without one, that of Amazon's. */}}
{{- define "plyo.blobsPort" -}}
{{- $endpoint := urlParse (.Values.blobs.endpoint | default "https://s3") }}
{{- regexFind ":[0-9]+$" $endpoint.host | trimPrefix ":" | default (eq $endpoint.scheme "http" | ternary "80" "443") }}
{{- end }}

{{/* What no schema can say, since it is about two values at once. */}}
{{- define "plyo.check" -}}
{{- $worker := index .Values.roles (eq .Values.mode "all" | ternary "all" "worker") }}
{{- $memory := hasSuffix "Gi" $worker.memory | ternary (mul 1024 (int (trimSuffix "Gi" $worker.memory))) (int (trimSuffix "Mi" $worker.memory)) }}
{{- if gt (add $memory (mul 1024 (int $worker.cpu) (int .Values.jobMemoryGiB))) (mul 1024 (int (trimSuffix "Gi" $worker.memoryLimit))) }}
{{- fail (printf "%d jobs of jobMemoryGiB %d beside a memory of %s do not fit below a memoryLimit of %s: jobs that take what they may would end the pod" (int $worker.cpu) (int .Values.jobMemoryGiB) $worker.memory $worker.memoryLimit) }}
{{- end }}
{{- if and (eq .Values.mode "roles") (include "plyo.keepsFiles" .) }}
{{- fail "mode roles needs database.secret.name, blobs.bucket and secrets.masterKey.name: pods of a role share no volume" }}
{{- end }}
{{- if and (eq .Values.autoscaling.kind "keda") (not .Values.monitoring.serviceMonitor.enabled) }}
{{- fail "autoscaling.kind keda asks Prometheus, which knows the pods by monitoring.serviceMonitor" }}
{{- end }}
{{- if and .Values.canary.enabled (or (eq .Values.mode "all") (not .Values.monitoring.serviceMonitor.enabled) (not .Values.monitoring.rules.enabled)) }}
{{- fail "canary.enabled judges several pods by Prometheus: it needs mode roles, monitoring.serviceMonitor and monitoring.rules" }}
{{- end }}
{{- if and (eq .Values.mode "all") (ne .Values.autoscaling.kind "none") }}
{{- fail "mode all is one pod: autoscaling.kind is none" }}
{{- end }}
{{- /* Rollouts go with their pods, and a Deployment that is at 0 stays there: no HPA begins from it, and its count is nobody's but the autoscaler's. */}}
{{- if and (eq .Values.mode "roles") (not .Values.canary.enabled) (.Capabilities.APIVersions.Has "argoproj.io/v1alpha1/Rollout") }}
{{- range $role := list "api" "live" }}
{{- $name := printf "%s-%s" (include "plyo.name" $) $role }}
{{- $deployment := lookup "apps/v1" "Deployment" $.Release.Namespace $name }}
{{- if and $deployment (lookup "argoproj.io/v1alpha1" "Rollout" $.Release.Namespace $name) (not $deployment.spec.replicas) }}
{{- fail (printf "canary.enabled is false, but all pods of %s belong to its Rollout, and would go with it: docs/operate/kubernetes.md, \"Canary on and off\"" $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
