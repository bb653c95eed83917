#include "libcore/text/pipeline.h"

#include "libcore/text/bpe.h"

namespace daybreak::text {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void byte_fallback(std::string& token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return;
  const int high = hex_digit(token[3]), low = hex_digit(token[4]);
  if (high >= 0 && low >= 0) token = std::string(1, static_cast<char>(high * 16 + low));
}

void strip(std::string& token, const DecoderStep& step) {
  std::string_view rest = token;
  for (std::size_t i = 0; i < step.start && rest.starts_with(step.pattern); ++i) rest.remove_prefix(step.pattern.size());
  for (std::size_t i = 0; i < step.stop && rest.ends_with(step.pattern); ++i) rest.remove_suffix(step.pattern.size());
  token = std::string(rest);
}

std::string join(const std::vector<std::string>& tokens, std::string_view between) {
  std::string text;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0) text += between;
    text += tokens[i];
  }
  return text;
}

void apply(const DecoderStep& step, std::vector<std::string>& tokens) {
  switch (step.kind) {
    case DecoderStep::Kind::byte_level:
      for (auto& token : tokens)
        if (auto bytes = bytes_of_token(token)) token = std::move(*bytes);
      tokens = {join(tokens, "")};
      break;
    case DecoderStep::Kind::replace:
      for (auto& token : tokens) token = replace_all(token, step.pattern, step.content);
      break;
    case DecoderStep::Kind::byte_fallback:
      for (auto& token : tokens) byte_fallback(token);
      break;
    case DecoderStep::Kind::fuse: tokens = {join(tokens, "")}; break;
    case DecoderStep::Kind::strip:
      for (auto& token : tokens) strip(token, step);
      break;
    case DecoderStep::Kind::metaspace:
      for (std::size_t i = 0; i < tokens.size(); ++i)
        tokens[i] = replace_all(tokens[i], step.pattern, i == 0 && step.drops_prefix ? "" : " ");
  }
}

}  // namespace

std::string replace_all(std::string_view text, std::string_view pattern, std::string_view content) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const std::size_t found = pattern.empty() ? std::string_view::npos : text.find(pattern);
    out += text.substr(0, found);
    if (found == std::string_view::npos) return out;
    out += content;
    text.remove_prefix(found + pattern.size());
  }
}

std::string normalize(const Normalizer& steps, std::string_view text, bool continued) {
  std::string out(text);
  for (const NormalizerStep& step : steps) {
    if (step.kind == NormalizerStep::Kind::replace)
      out = replace_all(out, step.pattern, step.content);
    else if (!continued && !out.empty())
      out.insert(0, step.content);
  }
  return out;
}

std::string decode_tokens(const std::vector<DecoderStep>& steps, std::vector<std::string> tokens) {
  for (const DecoderStep& step : steps) apply(step, tokens);
  return join(tokens, steps.empty() ? " " : "");
}

}  // namespace daybreak::text
