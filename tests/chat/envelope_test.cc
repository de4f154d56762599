#include "chat/envelope.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace toktally::chat {
namespace {

class OpenEnvelopeTest : public ::testing::Test {
 protected:
  absl::StatusOr<Envelope> Open(std::string_view json) {
    auto document = JsonDocument::Parse(json, "");
    if (!document.ok()) return document.status();
    document_ = *std::move(document);
    return OpenEnvelope(document_->root());
  }

 private:
  std::optional<JsonDocument> document_;
};

TEST_F(OpenEnvelopeTest, ABareRequestIsItsOwn) {
  const auto envelope = Open(R"({"id":"a","messages":[]})");
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->id, "a");
  EXPECT_FALSE(envelope->batch);
  EXPECT_TRUE(envelope->request->Find("messages"));
}

TEST_F(OpenEnvelopeTest, ABatchLineHoldsABodyAndAUrl) {
  const auto envelope =
      Open(R"({"custom_id":"a","method":"POST","url":"/v1/responses","body":{"input":"x"}})");
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->id, "a");
  EXPECT_TRUE(envelope->batch);
  EXPECT_EQ(envelope->endpoint, Endpoint::kResponses);
  EXPECT_TRUE(envelope->request->Find("input"));
  EXPECT_FALSE(Open(R"({"custom_id":"a","body":"x"})").ok());
}

TEST_F(OpenEnvelopeTest, ABatchAnswerHoldsNoRequest) {
  const auto envelope = Open(R"({"custom_id":"a","response":{"status_code":200,"body":{
      "model":"gpt-4o-2024-08-06","created":7,"usage":{"prompt_tokens":8},"choices":[]}}})");
  ASSERT_TRUE(envelope.ok());
  EXPECT_FALSE(envelope->request);
  EXPECT_EQ(envelope->model, "gpt-4o-2024-08-06");
  EXPECT_EQ(envelope->created, 7);
  EXPECT_TRUE(envelope->usage);
}

TEST_F(OpenEnvelopeTest, ARecordingHoldsBoth) {
  const auto envelope = Open(R"({"request":{"messages":[]},"endpoint":"chat.completions",
      "response":{"model":"m","created_at":7,"usage":{}}})");
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->endpoint, Endpoint::kChat);
  EXPECT_EQ(envelope->model, "m");
  EXPECT_EQ(envelope->created, 7);
  EXPECT_TRUE(envelope->usage);
  EXPECT_FALSE(Open(R"({"request":"x"})").ok());
}

}  // namespace
}  // namespace toktally::chat
