#include "libcore/scaling/engines/manifests.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/io/yaml.h"
#include "libcore/scaling/engines/hostlist.h"
#include "libcore/scaling/engines/names.h"

namespace daybreak::scaling {
namespace {

constexpr const char* kGauge = "plan_scale_desired_nodes";
constexpr const char* kRecorded = "plan_scale:desired_nodes:max";
constexpr double kLongestWindow_s = 3600;  // autoscaling/v2 takes no longer stabilization

io::Json object(const char* api_version, const char* kind, const ManifestOptions& options) {
  io::Json document;
  document["apiVersion"] = api_version;
  document["kind"] = kind;
  document["metadata"]["name"] = options.name;
  if (options.name_space) document["metadata"]["namespace"] = *options.name_space;
  return document;
}

/// A list of one.
io::Json list(io::Json only) {
  return io::Json(io::Json::Array{std::move(only)});
}

/// "deployment" as Kubernetes spells it in a manifest: "Deployment"; others need their own spelling only in the first letter.
std::string manifest_kind_of(const std::string& target) {
  std::string kind = target.substr(0, target.find('/'));
  if (kind == "statefulset") return "StatefulSet";
  if (kind == "replicaset") return "ReplicaSet";
  if (kind == "nodepool") return "NodePool";
  if (kind == "machinedeployment") return "MachineDeployment";
  if (!kind.empty() && kind[0] >= 'a' && kind[0] <= 'z') kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
  return kind;
}

io::Json scale_target(const ManifestOptions& options) {
  io::Json target;
  target["apiVersion"] = options.api_version;
  target["kind"] = manifest_kind_of(options.target);
  target["name"] = options.target.substr(options.target.find('/') + 1);
  return target;
}

/// No rate holds the engine back: the policy behind the gauge has limits of its own.
io::Json direction(double window_s, double tolerance, int percent_of_present) {
  io::Json rate, rules;
  rate["type"] = "Percent";
  rate["value"] = percent_of_present;
  rate["periodSeconds"] = 15;
  rules["stabilizationWindowSeconds"] = static_cast<std::int64_t>(window_s);
  if (tolerance > 0) rules["tolerance"] = io::Json(tolerance).dump();
  rules["selectPolicy"] = "Max";
  rules["policies"] = list(rate);
  return rules;
}

io::Json behavior(const ManifestOptions& options) {
  io::Json both;
  both["scaleUp"] = direction(options.up_window_s, options.tolerance, 1000);
  both["scaleDown"] = direction(options.down_window_s, options.tolerance, 100);
  return both;
}

void require_window(double seconds, const char* option) {
  if (seconds > kLongestWindow_s || seconds != std::floor(seconds))
    throw usage_error(std::string(option) + ": expected whole seconds, at most 1h, as Kubernetes takes them");
}

void check_common(const ManifestOptions& options) {
  require_kubernetes_name(options.name, "--name");
  if (options.name_space) require_kubernetes_name(*options.name_space, "--namespace");
  require_scale_target(options.target);
  if (options.min_nodes > options.max_nodes) throw usage_error("--min-nodes is above --max-nodes");
  require_window(options.up_window_s, "--up-window");
  require_window(options.down_window_s, "--down-window");
}

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

void require_alphabet(const std::string& text, std::string_view signs, const std::string& expected) {
  if (text.empty() || text.find_first_not_of(std::string(kLetters) + std::string(signs)) != std::string::npos)
    throw usage_error(expected + ", found '" + text + "'");
}

std::string seconds(double value) {
  return std::to_string(static_cast<std::int64_t>(std::ceil(value)));
}

}  // namespace

void ManifestOptions::declare(OptionSink& sink) {
  constexpr double kMost = 1e6;
  sink.group("Kubernetes");
  sink.text("name", &name, "NAME", "Of the object that is made");
  sink.text("namespace", &name_space, "NAME", "Its namespace");
  sink.text("target", &target, "KIND/NAME", "What is scaled, such as deployment/llm or nodepool/gpu");
  sink.text("target-api", &api_version, "VERSION", "The API group and version of that kind");
  sink.count("min-nodes", &min_nodes, "N", "Never fewer", OptionSink::Range{0, kMost});
  sink.count("max-nodes", &max_nodes, "N", "Never more", OptionSink::Range{1, kMost});
  sink.share("tolerance", &tolerance, "hpa: how far the count may stay from the gauge; 0: the cluster's own, 10 %");
  sink.duration("up-window", &up_window_s, "Stabilization of the engine beside the policy's own");
  sink.duration("down-window", &down_window_s, "The same, down");
  sink.text("prometheus", &prometheus, "URL", "keda: where the gauge is read");
  sink.count("fallback-nodes", &fallback_nodes, "N", "keda: where it cannot be read (default: --max-nodes)", OptionSink::Range{0, kMost});
  sink.text("image", &image, "NAME", "cronjob: a container image with plan-scale in it");
  sink.text("schedule", &schedule, "CRON", "cronjob: how often");
  sink.text("claim", &claim, "NAME", "cronjob: the volume claim that keeps the state");
  sink.text("config-map", &config_map, "NAME", "cronjob: the config map with the script `decide`");
  sink.group("Prometheus");
  sink.duration("max-age", &max_age_s, "rules: an older decision is an alert");
  sink.group("Slurm");
  sink.text("slurm-nodes", &nodes, "LIST", "Nodes that may be suspended");
  sink.count("warm-nodes", &warm_nodes, "N", "How many of them never are", OptionSink::Range{0, kMost});
  sink.duration("suspend-time", &suspend_time_s, "Idle time after which Slurm itself suspends a node");
  sink.duration("resume-timeout", &resume_timeout_s, "Time after which a node that was started counts as down");
  sink.duration("suspend-timeout", &suspend_timeout_s, "Time that a node takes to go");
  sink.text("resume-program", &resume_program, "PATH", "Called with a list of nodes to start");
  sink.text("suspend-program", &suspend_program, "PATH", "Called with a list of nodes to stop");
}

io::Json horizontal_pod_autoscaler(const ManifestOptions& options) {
  check_common(options);
  if (options.min_nodes == 0)
    throw usage_error("--min-nodes: a HorizontalPodAutoscaler keeps at least 1", "KEDA goes to 0: plan-scale emit keda");
  io::Json document = object("autoscaling/v2", "HorizontalPodAutoscaler", options);
  io::Json& spec = document["spec"];
  spec["scaleTargetRef"] = scale_target(options);
  spec["minReplicas"] = options.min_nodes;
  spec["maxReplicas"] = options.max_nodes;
  io::Json metric;
  metric["type"] = "External";
  metric["external"]["metric"]["name"] = kGauge;
  metric["external"]["target"]["type"] = "AverageValue";
  metric["external"]["target"]["averageValue"] = "1";
  spec["metrics"] = list(metric);
  spec["behavior"] = behavior(options);
  return document;
}

io::Json keda_scaled_object(const ManifestOptions& options) {
  check_common(options);
  require_alphabet(options.prometheus, ".-_:/~%", "--prometheus: expected an address such as http://prometheus:9090");
  io::Json document = object("keda.sh/v1alpha1", "ScaledObject", options);
  io::Json& spec = document["spec"];
  spec["scaleTargetRef"] = scale_target(options);
  spec["minReplicaCount"] = options.min_nodes;
  spec["maxReplicaCount"] = options.max_nodes;
  spec["pollingInterval"] = 15;
  spec["fallback"]["failureThreshold"] = 3;
  spec["fallback"]["replicas"] = options.fallback_nodes.value_or(options.max_nodes);
  spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"] = behavior(options);
  io::Json trigger;
  trigger["type"] = "prometheus";
  trigger["metricType"] = "AverageValue";
  trigger["metadata"]["serverAddress"] = options.prometheus;
  trigger["metadata"]["query"] = std::string("max(") + kGauge + ")";
  trigger["metadata"]["threshold"] = "1";
  trigger["metadata"]["ignoreNullValues"] = "false";
  spec["triggers"] = list(trigger);
  return document;
}

io::Json prometheus_rules(const ManifestOptions& options) {
  io::Json record, alert, group, document;
  record["record"] = kRecorded;
  record["expr"] = std::string("max(") + kGauge + ")";
  alert["alert"] = "PlanScaleDecisionStale";
  alert["expr"] = "time() - max(plan_scale_last_decision_timestamp_seconds) > " + seconds(options.max_age_s);
  alert["labels"]["severity"] = "warning";
  alert["annotations"]["summary"] = "plan-scale has decided nothing for over " + seconds(options.max_age_s) + " seconds";
  group["name"] = "plan-scale";
  group["rules"] = io::Json::array(std::initializer_list<io::Json>{record, alert});
  document["groups"] = list(group);
  return document;
}

io::Json cron_job(const ManifestOptions& options) {
  check_common(options);
  require_kubernetes_name(options.claim, "--claim");
  require_kubernetes_name(options.config_map, "--config-map");
  require_alphabet(options.image, ".-_:/@", "--image: expected a name such as registry/daybreak:1.0");
  require_alphabet(options.schedule, "*/,- @", "--schedule: expected five fields of cron such as '*/5 * * * *'");
  io::Json document = object("batch/v1", "CronJob", options);
  io::Json& spec = document["spec"];
  spec["schedule"] = options.schedule;
  spec["concurrencyPolicy"] = "Forbid";
  io::Json& pod = spec["jobTemplate"]["spec"]["template"]["spec"];
  spec["jobTemplate"]["spec"]["backoffLimit"] = 0;
  pod["restartPolicy"] = "Never";
  io::Json container, state, script, state_volume, script_volume;
  container["name"] = "decide";
  container["image"] = options.image;
  container["command"] = io::Json::array(std::initializer_list<io::Json>{"/bin/sh", "/script/decide"});
  state["name"] = "state";
  state["mountPath"] = "/state";
  script["name"] = "script";
  script["mountPath"] = "/script";
  container["volumeMounts"] = io::Json::array(std::initializer_list<io::Json>{state, script});
  pod["containers"] = list(container);
  state_volume["name"] = "state";
  state_volume["persistentVolumeClaim"]["claimName"] = options.claim;
  script_volume["name"] = "script";
  script_volume["configMap"]["name"] = options.config_map;
  pod["volumes"] = io::Json::array(std::initializer_list<io::Json>{state_volume, script_volume});
  return document;
}

std::string slurm_fragment(const ManifestOptions& options) {
  const std::vector<std::string> names = parse_hostlist(options.nodes, "--slurm-nodes");
  if (options.warm_nodes > static_cast<std::int64_t>(names.size())) throw usage_error("--warm-nodes is more than --slurm-nodes names");
  for (const std::string& program : {options.resume_program, options.suspend_program}) {
    require_command_name(program);
    if (!program.starts_with('/')) throw usage_error("Slurm wants the full path of a program, found '" + program + "'");
  }
  const std::string list = format_hostlist(names);
  std::string text = "ResumeProgram=" + options.resume_program + "\nSuspendProgram=" + options.suspend_program +
                     "\nSuspendTime=" + seconds(options.suspend_time_s) + "\nResumeTimeout=" + seconds(options.resume_timeout_s) +
                     "\nSuspendTimeout=" + seconds(options.suspend_timeout_s) + "\nResumeRate=0\nSuspendRate=0\n";
  if (options.warm_nodes > 0) text += "SuspendExcNodes=" + list + ":" + std::to_string(options.warm_nodes) + "\n";
  return text + "NodeName=" + list + " State=CLOUD\n";
}

std::vector<std::string> manifest_kinds() {
  return {"hpa", "keda", "rules", "cronjob", "slurm"};
}

std::string manifest(const std::string& kind, const ManifestOptions& options) {
  if (kind == "hpa") return io::to_yaml(horizontal_pod_autoscaler(options));
  if (kind == "keda") return io::to_yaml(keda_scaled_object(options));
  if (kind == "rules") return io::to_yaml(prometheus_rules(options));
  if (kind == "cronjob") return io::to_yaml(cron_job(options));
  if (kind == "slurm") return slurm_fragment(options);
  throw usage_error("expected hpa, keda, rules, cronjob or slurm, found '" + kind + "'");
}

}  // namespace daybreak::scaling
