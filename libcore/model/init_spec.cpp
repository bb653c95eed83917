// A model's shape from the short text of --init.
#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/model/config.h"

namespace daybreak::model {
namespace {

struct Named {
  std::string_view name, spec;
};

/// GPT-2 (Radford et al. 2019) and Llama 2 and 3 (Touvron et al. 2023, Dubey et al. 2024) in their published sizes.
constexpr Named kNamed[] = {
    {"gpt2-124m", "gpt2:d=768,layers=12,heads=12,vocab=50257,context=1024"},
    {"gpt2-355m", "gpt2:d=1024,layers=24,heads=16,vocab=50257,context=1024"},
    {"gpt2-774m", "gpt2:d=1280,layers=36,heads=20,vocab=50257,context=1024"},
    {"gpt2-1558m", "gpt2:d=1600,layers=48,heads=25,vocab=50257,context=1024"},
    {"llama-1b", "llama:d=2048,layers=16,heads=32,kv_heads=8,mlp=8192,vocab=128256,context=8192,rope_base=500000,epsilon=1e-5,tied=1"},
    {"llama-3b", "llama:d=3072,layers=28,heads=24,kv_heads=8,mlp=8192,vocab=128256,context=8192,rope_base=500000,epsilon=1e-5,tied=1"},
    {"llama-7b", "llama:d=4096,layers=32,heads=32,mlp=11008,vocab=32000,context=4096,epsilon=1e-5"},
    {"llama-8b", "llama:d=4096,layers=32,heads=32,kv_heads=8,mlp=14336,vocab=128256,context=8192,rope_base=500000,epsilon=1e-5"},
};

constexpr std::string_view kExample = "write it as gpt2:d=256,layers=6,heads=8,vocab=256,context=256 or "
                                      "llama:d=256,layers=6,heads=8,kv_heads=4,mlp=688,vocab=512,context=256";

/// The key=value pairs after the colon, each checked and applied at most once.
class InitSpec {
 public:
  explicit InitSpec(std::string_view text) : text_(text) {
    const auto colon = std::min(text.find(':'), text.size());
    std::string_view family = text.substr(0, colon);
    const auto* named = std::find_if(std::begin(kNamed), std::end(kNamed), [&](const Named& one) { return one.name == family; });
    if (named != std::end(kNamed)) family = named->spec.substr(0, named->spec.find(':'));
    if (family != "gpt2" && family != "llama")
      throw usage_error("expected a model that begins with gpt2: or llama:, or the name of one (gpt2-124m, llama-1b, ...), found '" +
                            std::string(text) + "'",
                        std::string(kExample));
    config_.family = family == "gpt2" ? Family::gpt2 : Family::llama;
    if (config_.family == Family::llama) config_.tied = false;
    if (named != std::end(kNamed)) {
      apply_all(named->spec.substr(family.size() + 1));
      known_.swap(seen_);
    }
    apply_all(text.substr(std::min(colon + 1, text.size())));
    known_.merge(seen_);
  }

  Config finish() {
    if (config_.family == Family::llama) {
      for (const char* needed : {"d", "layers", "heads", "vocab", "context"})
        if (!known_.contains(needed)) fail("llama needs " + std::string(needed) + "=");
    }
    if (!known_.contains("mlp")) config_.mlp_width = usual_mlp_width();
    if (!known_.contains("kv_heads")) config_.kv_heads = config_.heads;
    if (!known_.contains("head_width")) {
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
    // A width beyond all bounds is refused afterwards, and does not overflow here.
    const std::int64_t width = std::min(config_.width, std::int64_t{1} << 32);
    if (config_.family == Family::gpt2) return 4 * width;
    return (width * 8 / 3 + 31) / 32 * 32;
  }

  void apply_all(std::string_view pairs) {
    while (!pairs.empty()) {
      const auto comma = std::min(pairs.find(','), pairs.size());
      apply(pairs.substr(0, comma));
      pairs.remove_prefix(std::min(comma + 1, pairs.size()));
    }
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
    else if (llama && key == "dialect" && value == "llama") config_.dialect = Dialect::llama;
    else if (llama && key == "dialect" && value == "mistral") config_.dialect = Dialect::mistral;
    else if (llama && key == "dialect" && value == "qwen2") config_.dialect = Dialect::qwen2;
    else if (llama && key == "rope_base") config_.rope_base = parse_real(value);
    else fail("'" + std::string(pair) + "' is nothing that " + std::string(family_name(config_.family)) + " takes");
  }

  std::string text_;
  Config config_;
  std::set<std::string> seen_, known_;  // keys of the text; those and the ones of its name
};

}  // namespace

Config parse_init(std::string_view text) {
  return InitSpec(text).finish();
}

std::vector<std::string_view> named_models() {
  std::vector<std::string_view> names;
  for (const Named& one : kNamed) names.push_back(one.name);
  return names;
}

}  // namespace daybreak::model
