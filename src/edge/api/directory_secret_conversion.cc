#include "edge/api/directory_secret_conversion.h"

namespace doorward::api {
namespace {

secrets_v1::DirectorySecretStatus status_of(const DirectorySecret& secret, Timestamp now) {
  if (secret.status == SecretStatus::kInactive) return secrets_v1::DIRECTORY_SECRET_REVOKED;
  return secret.is_live(now) ? secrets_v1::DIRECTORY_SECRET_ACTIVE : secrets_v1::DIRECTORY_SECRET_EXPIRED;
}

}  // namespace

void to_proto(const DirectorySecret& secret, Timestamp now, secrets_v1::DirectorySecret& out) {
  out.set_id(secret.id.str());
  out.set_suffix(secret.secret_suffix);
  out.set_status(status_of(secret, now));
  to_proto(secret.create_time, *out.mutable_create_time());
  if (secret.expire_time) to_proto(*secret.expire_time, *out.mutable_expire_time());
  if (secret.last_used_time) to_proto(*secret.last_used_time, *out.mutable_last_used_time());
}

}  // namespace doorward::api
