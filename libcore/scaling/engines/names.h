#pragma once
// Names that reach a shell or another program's configuration, against closed alphabets.
#include <string>

namespace daybreak::scaling {

/// A DNS-1123 subdomain, as Kubernetes names its objects: lower-case letters, digits, '-' and '.', at most 253, a letter or
/// digit at both ends. Error (usage) that names `option`.
void require_kubernetes_name(const std::string& name, const std::string& option);
/// "deployment/llm": a kind of letters (with its group, as in nodepools.karpenter.sh) and a name. Error (usage).
void require_scale_target(const std::string& target);
/// A program or function: letters, digits and "_-./+". Error (usage).
void require_command_name(const std::string& name);

}  // namespace daybreak::scaling
