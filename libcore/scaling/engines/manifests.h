#pragma once
// Configuration of the engines that act on the gauge plan_scale_desired_nodes: they stay in charge, we only say how many.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/io/json.h"

namespace daybreak::scaling {

struct ManifestOptions {
  std::string name = "plan-scale";
  std::optional<std::string> name_space;
  std::string target = "deployment/workers";
  std::string api_version = "apps/v1";  // of the target
  std::int64_t min_nodes = 1, max_nodes = 100;
  double tolerance = 0;              // HPA: how far from the gauge the count may stay, as a share (Kubernetes 1.33 and later)
  double up_window_s = 0, down_window_s = 0;  // stabilization: the policy behind the gauge has its own
  std::string prometheus = "http://prometheus:9090";
  std::optional<std::int64_t> fallback_nodes;  // KEDA: where the gauge cannot be read (default: max_nodes)
  double max_age_s = 300;            // a gauge older than this is an alert
  std::string nodes = "cloud[1-64]";  // Slurm
  std::int64_t warm_nodes = 1;        // Slurm: never suspended
  double suspend_time_s = 300, resume_timeout_s = 900, suspend_timeout_s = 60;
  std::string resume_program = "/etc/slurm/resume", suspend_program = "/etc/slurm/suspend";
  std::string image = "daybreak:latest", schedule = "*/5 * * * *", claim = "plan-scale-state", config_map = "plan-scale";
  void declare(OptionSink& sink);
};

/// autoscaling/v2: an external metric with AverageValue 1, so that the desired count is the gauge.
io::Json horizontal_pod_autoscaler(const ManifestOptions& options);
/// keda.sh/v1alpha1: a Prometheus trigger on the gauge; where it is missing nothing goes to zero.
io::Json keda_scaled_object(const ManifestOptions& options);
/// A rule group for Prometheus: the newest desired count of all writers, and an alert where it is too old.
io::Json prometheus_rules(const ManifestOptions& options);
/// batch/v1: `decide`, a script of a config map, once every while, with the state on a volume; never two at once.
io::Json cron_job(const ManifestOptions& options);
/// Lines for slurm.conf: power saving of the named nodes.
std::string slurm_fragment(const ManifestOptions& options);

/// "hpa", "keda", "rules", "cronjob" or "slurm" as text. Error (usage) for another kind, for names outside the engine's
/// alphabet, and for bounds that exclude each other.
std::string manifest(const std::string& kind, const ManifestOptions& options);
std::vector<std::string> manifest_kinds();

}  // namespace daybreak::scaling
