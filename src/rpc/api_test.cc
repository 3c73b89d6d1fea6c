#include "rpc/api.h"

#include <gtest/gtest.h>

#include "rpc/bind.h"
#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

using google::protobuf::Empty;

// Starts an Api with these methods of BrokenService; the detail of the refusal, or "started".
std::string start_with(std::vector<std::string> names) {
  const auto* service = declared_service("doorward.rpc.testing.BrokenService");
  Registry registry;
  for (const auto& name : names) {
    const auto* method = service->FindMethodByName(name);
    const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(method->input_type());
    registry.add({method, prototype,
                  [](const CallContext&, const google::protobuf::Message&)
                      -> task<Result<std::unique_ptr<google::protobuf::Message>>> { co_return nullptr; }});
  }
  testing::OneToken authenticator;
  const auto api = Api::make(registry, authenticator, {});
  return api ? "started" : api.error().detail;
}

TEST(ApiStart, RefusesAMethodWithoutAnAccessRule) {
  EXPECT_EQ(start_with({"NoAccess"}), "doorward.rpc.testing.BrokenService.NoAccess has no access rule");
  EXPECT_EQ(start_with({"Nobody"}), "doorward.rpc.testing.BrokenService.Nobody has an access rule that admits nobody");
}

TEST(ApiStart, RefusesDeclarationsItCannotServe) {
  EXPECT_EQ(start_with({"Fine"}), "started");
  for (const auto* name : {"BadTemplate", "UnknownVariable", "UnknownBody", "BadRule", "BadPattern", "HoldsAny",
                           "BadStatus", "BadReason"}) {
    EXPECT_NE(start_with({name}), "started") << name;
  }
}

TEST(ApiStart, RefusesTwoMethodsAtOnePlace) {
  EXPECT_EQ(start_with({"Fine", "SameRoute"}),
            "doorward.rpc.testing.BrokenService.SameRoute declares a route that another method has");
  EXPECT_EQ(start_with({"Fine", "Fine"}), "doorward.rpc.testing.BrokenService.Fine is bound twice");
}

TEST(ApiStart, RefusesABindingWithoutAHandler) {
  Registry registry;
  registry.add({declared_service("doorward.rpc.testing.BrokenService")->FindMethodByName("Fine"),
                &Empty::default_instance(), nullptr});
  testing::OneToken authenticator;
  EXPECT_FALSE(Api::make(registry, authenticator, {}));
}

}  // namespace
}  // namespace doorward::rpc
