// A model's shape from the short text of --init.
#include <array>
#include <set>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/model/config.h"

namespace daybreak::model {
namespace {

constexpr std::string_view kExample = "write it as gpt2:d=256,layers=6,heads=8,vocab=256,context=256 or "
                                      "llama:d=256,layers=6,heads=8,kv_heads=4,mlp=688,vocab=512,context=256";

/// The key=value pairs after the colon, each checked and applied at most once.
class InitSpec {
 public:
  explicit InitSpec(std::string_view text) : text_(text) {
    const auto colon = text.find(':');
    const std::string_view family = text.substr(0, colon);
    if (family != "gpt2" && family != "llama")
      throw usage_error("expected a model that begins with gpt2: or llama:, found '" + std::string(text) + "'", std::string(kExample));
    config_.family = family == "gpt2" ? Family::gpt2 : Family::llama;
    if (config_.family == Family::llama) config_.tied = false;
    for (std::string_view rest = colon == text.npos ? "" : text.substr(colon + 1); !rest.empty();) {
      const auto comma = rest.find(',');
      apply(rest.substr(0, comma));
      rest = comma == rest.npos ? "" : rest.substr(comma + 1);
    }
  }

  Config finish() {
    if (config_.family == Family::llama) {
      for (const char* needed : {"d", "layers", "heads", "vocab", "context"})
        if (!seen_.contains(needed)) fail("llama needs " + std::string(needed) + "=");
    }
    if (!seen_.contains("mlp")) config_.mlp_width = usual_mlp_width();
    if (!seen_.contains("kv_heads")) config_.kv_heads = config_.heads;
    if (!seen_.contains("head_width")) {
      if (config_.heads < 1 || config_.width % config_.heads != 0) fail("d is no multiple of heads");
      config_.head_width = config_.width / config_.heads;
    }
    try {
      check_config(config_, text_);
    } catch (const Error& error) {
      fail(error.message());
    }
    return config_;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw usage_error("model '" + text_ + "': " + message, std::string(kExample));
  }

  std::int64_t usual_mlp_width() const {
    if (config_.family == Family::gpt2) return 4 * config_.width;
    return (config_.width * 8 / 3 + 31) / 32 * 32;
  }

  void apply(std::string_view pair) {
    const auto equals = pair.find('=');
    if (equals == pair.npos) fail("expected key=value, found '" + std::string(pair) + "'");
    const std::string key(pair.substr(0, equals));
    const std::string_view value = pair.substr(equals + 1);
    if (!seen_.insert(key).second) fail("'" + key + "' is given twice");
    const std::array<std::pair<std::string_view, std::int64_t*>, 6> counts{{{"d", &config_.width},
                                                                            {"layers", &config_.layers},
                                                                            {"heads", &config_.heads},
                                                                            {"mlp", &config_.mlp_width},
                                                                            {"vocab", &config_.vocabulary},
                                                                            {"context", &config_.context}}};
    for (const auto& [name, member] : counts)
      if (key == name) {
        *member = parse_count(value);
        return;
      }
    const bool llama = config_.family == Family::llama;
    if (key == "epsilon") config_.norm_epsilon = parse_real(value);
    else if (key == "tied" && (value == "0" || value == "1")) config_.tied = value == "1";
    else if (llama && key == "kv_heads") config_.kv_heads = parse_count(value);
    else if (llama && key == "head_width") config_.head_width = parse_count(value);
    else if (llama && key == "rope_base") config_.rope_base = parse_real(value);
    else fail("'" + std::string(pair) + "' is nothing that " + std::string(family_name(config_.family)) + " takes");
  }

  std::string text_;
  Config config_;
  std::set<std::string> seen_;
};

}  // namespace

Config parse_init(std::string_view text) {
  return InitSpec(text).finish();
}

}  // namespace daybreak::model
