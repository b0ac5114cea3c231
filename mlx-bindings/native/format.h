// mlx-c formats its messages with std::format, which compilers before GCC 13 lack. All it asks for is "{}".
#pragma once
#include <version>
#ifdef __cpp_lib_format
#include <format>
#else
#include <sstream>
#include <string>
#include <string_view>

namespace std {
template <typename... Values>
string format(string_view pattern, const Values&... values) {
  ostringstream text;
  [[maybe_unused]] auto next = [&](const auto& value) {
    size_t hole = pattern.find("{}");
    text << pattern.substr(0, hole) << value;
    pattern.remove_prefix(hole == string_view::npos ? pattern.size() : hole + 2);
  };
  (next(values), ...);
  text << pattern;
  return text.str();
}
} // namespace std
#endif
