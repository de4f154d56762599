#include "chat/label.h"

#include <gtest/gtest.h>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

constexpr Label Within(std::int64_t bound) { return {Certainty::kModelled, bound}; }

TEST(Worse, TheBoundsOfPartsAddUp) {
  EXPECT_EQ(Worse(Within(1), Within(3)), Within(4));
  EXPECT_EQ(Worse({Certainty::kExact, 0}, Within(3)), Within(3));
}

TEST(Worse, IsNoSurerThanEither) {
  EXPECT_EQ(Worse(Within(1), {Certainty::kAssumed}).certainty, Certainty::kAssumed);
  EXPECT_EQ(Worse({Certainty::kAssumed}, {Certainty::kUnknown}).certainty, Certainty::kUnknown);
  EXPECT_EQ(Worse({Certainty::kExact}, {Certainty::kReconstructed}).certainty,
            Certainty::kReconstructed);
}

TEST(Worse, AnEstimateTakesTheBoundOfTheRestToBothSides) {
  const Label estimate{Certainty::kEstimate, 10, 5, 181};
  EXPECT_EQ(Worse(estimate, Within(2)), (Label{Certainty::kEstimate, 12, 7, 181}));
  EXPECT_EQ(Worse(estimate, {Certainty::kEstimate, 1, 1, 9}),
            (Label{Certainty::kEstimate, 11, 6, 9}));
}

// gpt-5 in the chat: text exact, functions within 3, pictures within 1.
TEST(Labels, OfPartsMakeTheLabelOfTheWhole) {
  const Prediction prediction = CountText(R"({"model":"gpt-5","messages":[{"role":"user","content":[
      {"type":"text","text":"Hello"},{"type":"image_url","image_url":{"url":"https://x.org/a.png",
      "width":10,"height":10}}]}],"tools":[{"function":{"name":"f"}}]})");
  EXPECT_EQ(prediction.label, Within(4));
}

TEST(Labels, WhatIsAssumedOfAPartIsSaidOfIt) {
  const Prediction prediction = CountText(R"({"model":"gpt-4o","messages":[{"role":"user",
      "content":"Hello"}],"tools":[{"function":{"name":"f","parameters":{"properties":{
      "a":{"type":"string","contentEncoding":"base64"}}}}}]})");
  EXPECT_EQ(prediction.label.certainty, Certainty::kAssumed);
  for (const Part& part : prediction.parts) {
    EXPECT_EQ(part.label.certainty,
              part.kind == PartKind::kTools ? Certainty::kAssumed : Certainty::kExact);
  }
}

TEST(Labels, PicturesFromToolsAreAssumed) {
  const Prediction prediction = CountText(R"({"model":"gpt-4o","messages":[
      {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","content":[{"type":"image_url","image_url":{
       "url":"https://x.org/a.png","width":10,"height":10}}]}]})");
  EXPECT_EQ(prediction.label.certainty, Certainty::kAssumed);
}

}  // namespace
}  // namespace toktally::chat
