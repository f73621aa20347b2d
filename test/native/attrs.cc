#include "ops/attrs.h"

#include <cmath>
#include <limits>

#include "harness.h"

using namespace lw;

namespace {

Attrs with(const std::string& name, Attrs::Value value) {
  Attrs attrs;
  attrs.set(name, std::move(value));
  return attrs;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST("an integer is whole, exact and in range") {
  EXPECT(with("n", 3.0).integer("n", 1, 4) == 3);
  EXPECT(with("n", -0.0).integer("n", 0, 4) == 0);
  for (double bad : {kNan, kInfinity, -kInfinity, 0.5, -1.0, 5.0, 0x1p53, 0x1p63, 1e300})
    EXPECT_ERROR(Code::kArgument, "n must be an integer from 0 to 4", with("n", bad).integer("n", 0, 4));
  EXPECT_ERROR(Code::kArgument, "n must be a number", with("n", std::string("3")).integer("n", 0, 4));
  EXPECT_ERROR(Code::kArgument, "n must be a number", with("n", true).integer("n", 0, 4));
  EXPECT_ERROR(Code::kArgument, "n is missing", Attrs().integer("n", 0, 4));
  EXPECT_ERROR(Code::kArgument, "must be an integer", with("n", 0x1p53).integer("n", INT64_MIN, INT64_MAX));
}

TEST("a list has the right length and only integers") {
  const Attrs attrs = with("list", std::vector<double>{1, 2});
  EXPECT((attrs.integers("list", 2, 0, 9) == std::vector<int64_t>{1, 2}));
  EXPECT((attrs.integers("list", -1, 0, 9).size() == 2));
  EXPECT_ERROR(Code::kArgument, "list must hold 3 integers. Received 2", attrs.integers("list", 3, 0, 9));
  EXPECT_ERROR(Code::kArgument, "Received list=2", attrs.integers("list", 2, 0, 1));
  EXPECT_ERROR(Code::kArgument, "array", with("list", 1.0).integers("list", 1, 0, 9));
  EXPECT_ERROR(Code::kArgument, "integer", with("list", std::vector<double>{kNan}).integers("list", 1, 0, 9));
}

TEST("numbers, flags and words are of their type") {
  EXPECT(Attrs().number("alpha", 0.25) == 0.25);
  EXPECT(with("alpha", kInfinity).number("alpha", 0) == kInfinity);
  EXPECT_ERROR(Code::kArgument, "alpha must be a number", with("alpha", kNan).number("alpha", 0));
  EXPECT(with("flag", true).boolean("flag"));
  EXPECT(Attrs().boolean("flag", true));
  EXPECT_ERROR(Code::kArgument, "flag must be true or false", with("flag", 1.0).boolean("flag"));
  EXPECT_ERROR(Code::kArgument, "word must be a string", with("word", 1.0).text("word"));
}

TEST("an activation comes with its parameters") {
  EXPECT(Attrs().activation() == Activation{});
  Attrs attrs = with("activation", std::string("leakyRelu"));
  EXPECT_ERROR(Code::kArgument, "leakyRelu needs the attribute alpha", attrs.activation());
  attrs.set("alpha", 0.5);
  EXPECT((attrs.activation() == Activation{UnaryFn::kLeakyRelu, 0.5, 0}));
  attrs.set("activation", std::string("clip"));
  EXPECT_ERROR(Code::kArgument, "clip needs the attribute beta", attrs.activation());
  attrs.set("activation", std::string("celu"));
  attrs.set("alpha", 0.0);
  EXPECT_ERROR(Code::kArgument, "celu must not be 0", attrs.activation());
  EXPECT_ERROR(Code::kArgument, "no elementwise function",
               with("activation", std::string("isNaN")).activation());
}

TEST("every name of an elementwise function is its own") {
  for (int i = 0; i <= static_cast<int>(UnaryFn::kHardTanh); ++i) {
    const UnaryFn fn = static_cast<UnaryFn>(i);
    EXPECT(unaryFnFromName(unaryFnName(fn)) == fn);
  }
  EXPECT(std::string(unaryFnName(UnaryFn::kRound)) == "round");
  EXPECT(std::string(unaryFnName(UnaryFn::kHardTanh)) == "hardTanh");
}

int main() { return lw::test::runAll(); }
