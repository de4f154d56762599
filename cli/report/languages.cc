#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cli/report/count_rows.h"

namespace toktally::cli {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

// By the endings of names, with the names that GitHub's linguist uses; where an ending is shared
// the more common language has it. Sorted.
constexpr Named kByExtension[] = {
    {"adoc", "AsciiDoc"},
    {"asm", "Assembly"},
    {"astro", "Astro"},
    {"awk", "Awk"},
    {"bash", "Shell"},
    {"bat", "Batchfile"},
    {"bzl", "Starlark"},
    {"c", "C"},
    {"cc", "C++"},
    {"cfg", "INI"},
    {"cjs", "JavaScript"},
    {"clj", "Clojure"},
    {"cljs", "Clojure"},
    {"cmake", "CMake"},
    {"cmd", "Batchfile"},
    {"coffee", "CoffeeScript"},
    {"conf", "INI"},
    {"cpp", "C++"},
    {"cr", "Crystal"},
    {"cs", "C#"},
    {"css", "CSS"},
    {"csv", "CSV"},
    {"cu", "Cuda"},
    {"cxx", "C++"},
    {"d", "D"},
    {"dart", "Dart"},
    {"diff", "Diff"},
    {"el", "Emacs Lisp"},
    {"elm", "Elm"},
    {"erl", "Erlang"},
    {"ex", "Elixir"},
    {"exs", "Elixir"},
    {"f90", "Fortran"},
    {"fish", "fish"},
    {"fs", "F#"},
    {"gd", "GDScript"},
    {"glsl", "GLSL"},
    {"go", "Go"},
    {"gradle", "Gradle"},
    {"graphql", "GraphQL"},
    {"groovy", "Groovy"},
    {"h", "C/C++ header"},
    {"hbs", "Handlebars"},
    {"hcl", "HCL"},
    {"hh", "C++"},
    {"hpp", "C++"},
    {"hrl", "Erlang"},
    {"hs", "Haskell"},
    {"htm", "HTML"},
    {"html", "HTML"},
    {"hxx", "C++"},
    {"inc", "C++"},
    {"ini", "INI"},
    {"ipynb", "Jupyter Notebook"},
    {"java", "Java"},
    {"jl", "Julia"},
    {"js", "JavaScript"},
    {"json", "JSON"},
    {"json5", "JSON5"},
    {"jsonc", "JSON with Comments"},
    {"jsonl", "JSON Lines"},
    {"jsx", "JavaScript"},
    {"kt", "Kotlin"},
    {"kts", "Kotlin"},
    {"less", "Less"},
    {"lisp", "Common Lisp"},
    {"log", "Log"},
    {"lua", "Lua"},
    {"m", "Objective-C"},
    {"markdown", "Markdown"},
    {"md", "Markdown"},
    {"mdx", "MDX"},
    {"mjs", "JavaScript"},
    {"mk", "Makefile"},
    {"ml", "OCaml"},
    {"mli", "OCaml"},
    {"mm", "Objective-C++"},
    {"nim", "Nim"},
    {"nix", "Nix"},
    {"pas", "Pascal"},
    {"patch", "Diff"},
    {"php", "PHP"},
    {"pl", "Perl"},
    {"pm", "Perl"},
    {"po", "Gettext"},
    {"properties", "Java Properties"},
    {"proto", "Protocol Buffer"},
    {"ps1", "PowerShell"},
    {"py", "Python"},
    {"pyi", "Python"},
    {"pyx", "Cython"},
    {"r", "R"},
    {"rb", "Ruby"},
    {"rs", "Rust"},
    {"rst", "reStructuredText"},
    {"s", "Assembly"},
    {"sass", "Sass"},
    {"scala", "Scala"},
    {"scm", "Scheme"},
    {"scss", "SCSS"},
    {"sh", "Shell"},
    {"sol", "Solidity"},
    {"sql", "SQL"},
    {"styl", "Stylus"},
    {"svelte", "Svelte"},
    {"svg", "SVG"},
    {"swift", "Swift"},
    {"tcl", "Tcl"},
    {"tex", "TeX"},
    {"tf", "HCL"},
    {"toml", "TOML"},
    {"ts", "TypeScript"},
    {"tsv", "TSV"},
    {"tsx", "TSX"},
    {"txt", "Text"},
    {"v", "Verilog"},
    {"vb", "Visual Basic"},
    {"vim", "Vim Script"},
    {"vue", "Vue"},
    {"wat", "WebAssembly"},
    {"xml", "XML"},
    {"xsl", "XSLT"},
    {"yaml", "YAML"},
    {"yml", "YAML"},
    {"zig", "Zig"},
    {"zsh", "Shell"},
};

constexpr Named kByName[] = {
    {"CMakeLists.txt", "CMake"},  {"Containerfile", "Dockerfile"},
    {"Dockerfile", "Dockerfile"}, {"GNUmakefile", "Makefile"},
    {"Gemfile", "Ruby"},          {"Jenkinsfile", "Groovy"},
    {"LICENSE", "Text"},          {"Makefile", "Makefile"},
    {"README", "Text"},           {"Rakefile", "Ruby"},
    {"makefile", "Makefile"},
};

template <std::size_t size>
constexpr bool IsSorted(const Named (&names)[size]) {
  return std::is_sorted(std::begin(names), std::end(names));
}
static_assert(IsSorted(kByExtension) && IsSorted(kByName));

template <std::size_t size>
std::string_view Find(const Named (&names)[size], std::string_view key) {
  const auto found = std::lower_bound(
      std::begin(names), std::end(names), key,
      [](const Named& named, std::string_view wanted) { return named.first < wanted; });
  return found != std::end(names) && found->first == key ? found->second : "";
}

}  // namespace

std::string_view LanguageOf(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (const std::string_view found = Find(kByName, name); !found.empty()) return found;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return "other";
  std::string ending(name.substr(dot + 1));
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const std::string_view found = Find(kByExtension, ending);
  return found.empty() ? "other" : found;
}

}  // namespace toktally::cli
