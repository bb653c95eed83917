#include "libcore/finance/model/unit_words.h"

namespace daybreak::finance {
namespace {

struct Word {
  std::string_view text;
  double scale;
  std::string_view base, second_base = {};  // "" for a number
};

constexpr double kYear = 8760;  // hours of 365 days

constexpr Word kWords[] = {
    {"1", 1, ""}, {"share", 1, ""}, {"ratio", 1, ""}, {"factor", 1, ""}, {"multiple", 1, ""}, {"x", 1, ""},
    {"%", 0.01, ""}, {"percent", 0.01, ""},
    {"thousand", 1e3, ""}, {"million", 1e6, ""}, {"billion", 1e9, ""}, {"trillion", 1e12, ""},
    {"us", 1e-6 / 3600, "hour"}, {"ms", 1e-3 / 3600, "hour"}, {"s", 1.0 / 3600, "hour"}, {"sec", 1.0 / 3600, "hour"},
    {"second", 1.0 / 3600, "hour"}, {"min", 1.0 / 60, "hour"}, {"minute", 1.0 / 60, "hour"}, {"h", 1, "hour"}, {"hr", 1, "hour"},
    {"hour", 1, "hour"}, {"day", 24, "hour"}, {"week", 168, "hour"}, {"month", kYear / 12, "hour"}, {"quarter", kYear / 4, "hour"},
    {"year", kYear, "hour"}, {"yr", kYear, "hour"},
    {"B", 1, "byte"}, {"byte", 1, "byte"}, {"kB", 1e3, "byte"}, {"KB", 1e3, "byte"}, {"MB", 1e6, "byte"}, {"GB", 1e9, "byte"},
    {"TB", 1e12, "byte"}, {"PB", 1e15, "byte"}, {"KiB", 0x1p10, "byte"}, {"MiB", 0x1p20, "byte"}, {"GiB", 0x1p30, "byte"},
    {"TiB", 0x1p40, "byte"}, {"PiB", 0x1p50, "byte"},
    {"W", 1e-3, "kW"}, {"kW", 1, "kW"}, {"MW", 1e3, "kW"}, {"GW", 1e6, "kW"},
    {"Wh", 1e-3, "kW", "hour"}, {"kWh", 1, "kW", "hour"}, {"MWh", 1e3, "kW", "hour"}, {"GWh", 1e6, "kW", "hour"},
};

// Currencies are looked up by currency_code(): here are the words that stand before or for them in Chinese and Japanese.
constexpr Word kChinese[] = {
    {"万亿", 1e12, ""}, {"百万", 1e6, ""}, {"千万", 1e7, ""}, {"百萬", 1e6, ""}, {"千萬", 1e7, ""}, {"千", 1e3, ""},
    {"万", 1e4, ""}, {"萬", 1e4, ""}, {"亿", 1e8, ""}, {"億", 1e8, ""},
    {"人民币", 1, "CNY"}, {"美元", 1, "USD"}, {"欧元", 1, "EUR"}, {"英镑", 1, "GBP"}, {"日元", 1, "JPY"}, {"港元", 1, "HKD"},
};

// ISO 4217, the codes in use.
constexpr std::string_view kCurrencies =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC "
    "CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK "
    "JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG ";

struct Ambiguity {
  std::string_view word, why;
};

constexpr Ambiguity kAmbiguous[] = {
    {"$", "$ is the dollar of many countries: write USD, HKD, SGD, ..."},
    {"¥", "¥ is the yen or the yuan: write JPY or CNY"},
    {"￥", "￥ is the yen or the yuan: write JPY or CNY"},
    {"元", "元 is the yuan or the dollar of several countries: write CNY, TWD, HKD, ..."},
    {"兆", "兆 is a million or a million millions: write million or trillion"},
    {"k", "write thousand"}, {"K", "write thousand"}, {"M", "write million"}, {"MM", "write million"},
    {"mn", "write million"}, {"bn", "write billion"}, {"m", "write million, month, minute or meter"},
};

Unit made_of(const Word& word) {
  Unit unit{{}, word.scale};
  if (!word.base.empty()) unit.powers[std::string(word.base)] = 1;
  if (!word.second_base.empty()) unit.powers[std::string(word.second_base)] = 1;
  return unit;
}

const Word* in_chinese(std::string_view text) {
  const Word* longest = nullptr;
  for (const Word& word : kChinese)
    if (text.starts_with(word.text) && (longest == nullptr || word.text.size() > longest->text.size())) longest = &word;
  return longest;
}

}  // namespace

std::optional<std::string> currency_code(std::string_view word) {
  if (word == "€") return "EUR";
  if (word == "£") return "GBP";
  if (word == "RMB") return "CNY";
  if (const Word* chinese = in_chinese(word); chinese != nullptr && chinese->text == word && !chinese->base.empty())
    return std::string(chinese->base);
  const bool code = word.size() == 3 && word.find(' ') == std::string_view::npos && kCurrencies.find(word) != std::string_view::npos;
  return code ? std::optional(std::string(word)) : std::nullopt;
}

std::optional<Unit> known_unit(std::string_view word) {
  if (const auto code = currency_code(word)) return Unit{{{*code, 1}}, 1};
  if (const Word* chinese = in_chinese(word); chinese != nullptr && chinese->text == word) return made_of(*chinese);
  for (const Word& known : kWords)
    if (known.text == word) return made_of(known);
  const bool plural = word.size() > 3 && word.ends_with('s') && !word.ends_with("ss");
  return plural ? known_unit(word.substr(0, word.size() - 1)) : std::nullopt;
}

std::string_view ambiguity(std::string_view word) {
  for (const Ambiguity& known : kAmbiguous)
    if (known.word == word) return known.why;
  return {};
}

std::size_t chinese_prefix(std::string_view text) {
  const Word* word = in_chinese(text);
  return word == nullptr ? 0 : word->text.size();
}

}  // namespace daybreak::finance
