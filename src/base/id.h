// Strong id types. An id is opaque text: the prefix names its kind for people, nothing reads the number behind it.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace doorward {

template <class Tag>
class Id {
 public:
  static constexpr std::string_view kPrefix = Tag::kPrefix;

  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Id&, const Id&) = default;
  friend bool operator==(const Id&, const Id&) = default;

 private:
  std::string text_;
};

#define DOORWARD_ID(Name, prefix)                       \
  struct Name##Tag {                                    \
    static constexpr std::string_view kPrefix = prefix; \
  };                                                    \
  using Name = Id<Name##Tag>

DOORWARD_ID(EnvironmentId, "env_");
DOORWARD_ID(OrganizationId, "org_");
DOORWARD_ID(DirectoryId, "dir_");
DOORWARD_ID(DirectorySecretId, "sec_");
DOORWARD_ID(DirectoryOauthClientId, "dcl_");
DOORWARD_ID(DirectoryUserId, "diruser_");
DOORWARD_ID(DirectoryGroupId, "dirgroup_");
DOORWARD_ID(ScimResourceId, "scimres_");
DOORWARD_ID(ApiClientId, "skc_");
DOORWARD_ID(ClientSecretId, "sks_");
DOORWARD_ID(SigningKeyId, "snk_");
DOORWARD_ID(ProtectedKeyId, "key_");
DOORWARD_ID(TokenId, "tkn_");
DOORWARD_ID(EventId, "evt_");
DOORWARD_ID(TransactionId, "txn_");
DOORWARD_ID(RequestId, "req_");
DOORWARD_ID(JobId, "job_");
DOORWARD_ID(WebhookEndpointId, "whe_");
DOORWARD_ID(WebhookSecretId, "whs_");
DOORWARD_ID(DeliveryId, "dlv_");
DOORWARD_ID(RoleId, "role_");
DOORWARD_ID(ScimRequestId, "sreq_");
DOORWARD_ID(ConnectionId, "conn_");
DOORWARD_ID(DomainId, "dom_");
DOORWARD_ID(AuthRequestId, "ar_");
DOORWARD_ID(ConnectionTestId, "test_");
DOORWARD_ID(GrantId, "grt_");
DOORWARD_ID(SessionId, "ses_");
DOORWARD_ID(SamlCertificateId, "cert_");

}  // namespace doorward

template <class Tag>
struct std::hash<doorward::Id<Tag>> {
  std::size_t operator()(const doorward::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};
