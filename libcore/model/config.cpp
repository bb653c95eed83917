#include "libcore/model/config.h"

#include <array>
#include <string>

#include "libcore/base/error.h"

namespace daybreak::model {

std::string_view family_name(Family family) {
  return family == Family::gpt2 ? "gpt2" : "llama";
}

void check_config(const Config& config, std::string_view where) {
  const auto fail = [&](const std::string& message) { throw data_error(std::string(where), message); };
  const std::array<std::pair<const char*, std::int64_t>, 8> sizes{{{"the number of layers", config.layers},
                                                                   {"the width", config.width},
                                                                   {"the number of heads", config.heads},
                                                                   {"the number of key heads", config.kv_heads},
                                                                   {"the width of a head", config.head_width},
                                                                   {"the width of the MLP", config.mlp_width},
                                                                   {"the vocabulary", config.vocabulary},
                                                                   {"the context", config.context}}};
  for (const auto& [name, value] : sizes)
    if (value < 1 || value > (std::int64_t{1} << 31))
      fail("expected " + std::string(name) + " to be from 1 to 2^31, found " + std::to_string(value));
  // The largest tensor and the sum of a row stay countable, whatever the file claims.
  if (config.width > (std::int64_t{1} << 20) || config.mlp_width > (std::int64_t{1} << 24) || config.layers > 10000 ||
      config.heads * config.head_width > (std::int64_t{1} << 22))
    fail("the sizes are beyond any model: width " + std::to_string(config.width) + ", MLP " + std::to_string(config.mlp_width) +
         ", layers " + std::to_string(config.layers));
  if (config.heads % config.kv_heads != 0)
    fail("expected a number of key heads that divides the " + std::to_string(config.heads) + " heads, found " +
         std::to_string(config.kv_heads));
  if (config.family == Family::gpt2 && config.heads * config.head_width != config.width)
    fail("expected heads that divide the width " + std::to_string(config.width) + ", found " + std::to_string(config.heads));
  if (config.family == Family::gpt2 && config.kv_heads != config.heads) fail("gpt2 has as many key heads as heads");
  if (config.family == Family::llama && config.head_width % 2 != 0)
    fail("rotary positions need an even head width, found " + std::to_string(config.head_width));
  if (!(config.norm_epsilon > 0 && config.norm_epsilon < 1))
    fail("expected an epsilon of the norms between 0 and 1, found " + io::Json(config.norm_epsilon).dump());
  if (!(config.rope_base > 1 && config.rope_base < 1e12))
    fail("expected a base of the rotary positions above 1 and below 1e12, found " + io::Json(config.rope_base).dump());
}

double training_flops_per_token(const Config& config, std::int64_t context) {
  const auto real = [](std::int64_t value) { return static_cast<double>(value); };
  const double attention_width = real(config.heads * config.head_width), kv_width = real(config.kv_heads * config.head_width);
  const double projections = real(config.width) * (2 * attention_width + 2 * kv_width);
  const double mlp = real(config.width) * real(config.mlp_width) * (config.family == Family::gpt2 ? 2 : 3);
  const double products = real(config.layers) * (projections + mlp) + real(config.width) * real(config.vocabulary);
  return 6 * products + 12 * real(config.layers) * attention_width * real(context);
}

}  // namespace daybreak::model
