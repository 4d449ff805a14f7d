{{- define "wechat-login.name" -}}
{{- $name := ternary .Release.Name (printf "%s-wechat-login" .Release.Name) (contains "wechat-login" .Release.Name) -}}
{{- trunc 52 $name | trimSuffix "-" -}}
{{- end }}

{{- define "wechat-login.selector" -}}
app.kubernetes.io/name: wechat-login
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "wechat-login.labels" -}}
{{ include "wechat-login.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "wechat-login.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Not from a ConfigMap: a changed value is a changed pod, which is rolled out, and a hook before the installation has it, too. */}}
{{- define "wechat-login.env" -}}
{{- range $name, $value := .Values.config }}
{{- if ne (toString $value) "" }}
- name: {{ $name }}
  {{- /* Helm reads numbers as floats, which are 1e+06 from a million on. */}}
  value: {{ ternary (int64 $value) $value (kindIs "float64" $value) | toString | quote }}
{{- end }}
{{- end }}
{{- range $name, $from := .Values.secrets }}
{{- if $from }}
- name: {{ $name }}_FILE
  value: /run/secrets/wechat-login/{{ $name }}
{{- end }}
{{- end }}
{{- if .Values.caCertificates }}
- name: NODE_EXTRA_CA_CERTS
  value: /run/ca/ca.crt
{{- end }}
{{- end }}

{{- define "wechat-login.volumes" -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $name, $from := .Values.secrets }}
      {{- if $from }}
      - secret:
          name: {{ $from.name }}
          items: [{ key: {{ $from.key }}, path: {{ $name }} }]
      {{- end }}
      {{- end }}
{{- with .Values.caCertificates }}
- name: ca
  configMap:
    name: {{ .name }}
    items: [{ key: {{ .key }}, path: ca.crt }]
{{- end }}
{{- end }}

{{/* One container as all are: it may write nowhere, and change nothing of what it is. */}}
{{- define "wechat-login.container" -}}
image: {{ include "wechat-login.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  {{- include "wechat-login.env" . | trim | nindent 2 }}
volumeMounts:
  - { name: secrets, mountPath: /run/secrets/wechat-login, readOnly: true }
  {{- if .Values.caCertificates }}
  - { name: ca, mountPath: /run/ca, readOnly: true }
  {{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* A pod as all are. */}}
{{- define "wechat-login.pod" -}}
automountServiceAccountToken: false
# A Service called admin would set ADMIN_PORT to an address.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  {{- include "wechat-login.volumes" . | nindent 2 }}
{{- end }}

{{/*
An admin listener is there as soon as the process has its stores, and is the last to close. Takes the role.
A store that is away is away for all ingresses alike. Were they taken out of their Service for it, people would get the bare 503 of whatever
stands before them, instead of our page, which says why and comes again by itself. So an ingress stays for three minutes. No drain waits
for it: a pod that is to end is taken out at once, whatever its probe says.
*/}}
{{- define "wechat-login.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: admin }
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 30
# That the process lives. A store that is away must not end it: it waits, and people with it.
livenessProbe:
  httpGet: { path: /healthz, port: admin }
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
# It asks the stores for a second at most.
readinessProbe:
  httpGet: { path: /readyz, port: admin }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: {{ eq . "ingress" | ternary 36 3 }}
{{- end }}

{{/* What both Deployments have in common; takes a list of the root and the role. */}}
{{- define "wechat-login.deployment" -}}
{{- $root := index . 0 }}
{{- $role := index . 1 }}
{{- $own := index $root.Values $role }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "wechat-login.name" $root }}-{{ $role }}
  labels:
    {{- include "wechat-login.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $role }}
spec:
  {{- if not $own.autoscaling.enabled }}
  replicas: {{ $own.replicas }}
  {{- end }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "wechat-login.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ $role }}
  template:
    metadata:
      {{- with $root.Values.pod.annotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      labels:
        {{- include "wechat-login.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $role }}
        {{- with $root.Values.pod.labels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "wechat-login.pod" $root | nindent 6 }}
      # Before SIGTERM, and the 12 s in which a process is gone, with three to spare.
      terminationGracePeriodSeconds: {{ add $root.Values.pod.preStopSeconds 15 }}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "wechat-login.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ $role }}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      containers:
        - name: {{ $role }}
          command: [node, --import, ./operations/end-signals.ts, {{ $role }}/main.ts]
          {{- include "wechat-login.container" $root | nindent 10 }}
          ports:
            {{- if eq $role "ingress" }}
            - { name: public, containerPort: {{ int $root.Values.config.PORT }} }
            - { name: admin, containerPort: {{ int $root.Values.config.ADMIN_PORT }} }
            {{- else }}
            - { name: admin, containerPort: {{ int $root.Values.config.WORKER_ADMIN_PORT }} }
            {{- end }}
          {{- include "wechat-login.probes" $role | nindent 10 }}
          lifecycle:
            preStop:
              sleep: { seconds: {{ $root.Values.pod.preStopSeconds }} }
          resources:
            {{- toYaml $own.resources | nindent 12 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "wechat-login.name" $root }}-{{ $role }}
  labels:
    {{- include "wechat-login.labels" $root | nindent 4 }}
spec:
  maxUnavailable: 1
  # One that is not ready keeps no node from being emptied.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "wechat-login.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ $role }}
{{- end }}
