#include "libcore/scaling/engines/names.h"

#include <string_view>

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz", kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", kDigits = "0123456789";
constexpr std::size_t kLongestName = 253;

bool consists_of(std::string_view text, const std::string& alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

bool is_kubernetes_name(std::string_view name) {
  const std::string ends = std::string(kLower) + std::string(kDigits);
  return !name.empty() && name.size() <= kLongestName && consists_of(name, ends + "-.") && consists_of(name.substr(0, 1), ends) &&
         consists_of(name.substr(name.size() - 1), ends);
}

}  // namespace

void require_kubernetes_name(const std::string& name, const std::string& option) {
  if (!is_kubernetes_name(name))
    throw usage_error(option + ": expected a name of lower-case letters, digits, '-' and '.', found '" + name + "'");
}

void require_scale_target(const std::string& target) {
  const auto slash = target.find('/');
  if (slash == std::string::npos || !is_kubernetes_name(target.substr(0, slash)) || !is_kubernetes_name(target.substr(slash + 1)))
    throw usage_error("--target: expected KIND/NAME such as deployment/llm, found '" + target + "'");
}

void require_command_name(const std::string& name) {
  const std::string alphabet = std::string(kLower) + std::string(kUpper) + std::string(kDigits) + "_-./+";
  if (name.empty() || name.front() == '-' || !consists_of(name, alphabet))
    throw usage_error("--command: expected a name of letters, digits and _-./+, found '" + name + "'");
}

}  // namespace daybreak::scaling
