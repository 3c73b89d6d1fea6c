// Secrets of directories and of their OAuth clients between the wire and the use cases.
#pragma once

#include <string>

#include "app/directories/directory_secrets.h"
#include "base/result.h"
#include "doorward/v1/directory_secrets.pb.h"
#include "edge/api/conversion.h"

namespace doorward::api {

namespace secrets_v1 = ::doorward::v1;

// With the status that it has at `now`.
void to_proto(const DirectorySecret& secret, Timestamp now, secrets_v1::DirectorySecret& out);

// A secret just made, in the shape of every answer that carries one.
template <class Response>
void set_new_secret(const NewDirectorySecret& made, Response& out) {
  to_proto(made.secret, made.secret.create_time, *out.mutable_directory_secret());
  out.set_secret(made.plain.reveal());
}

// Whose secrets a request means: its organization_id and directory_id.
template <class Request>
SecretOwner owner_of(const Request& request) {
  return {.organization = OrganizationId(request.organization_id()), .directory = DirectoryId(request.directory_id())};
}

// The expire_time of a request; fails there for what is not a time of the years 0001 to 9999.
template <class Request>
Result<std::optional<Timestamp>> expiry_of(const Request& request) {
  if (!request.has_expire_time()) return std::optional<Timestamp>();
  DOORWARD_TRY(const Timestamp time, from_proto(request.expire_time(), "expire_time"));
  return std::optional(time);
}

// overlap and expire_time of a request to rotate.
template <class Request>
Result<DirectorySecretRotation> rotation_of(const Request& request) {
  DirectorySecretRotation rotation;
  if (request.has_overlap()) {
    DOORWARD_TRY(rotation.overlap, from_proto(request.overlap(), "overlap"));
  }
  DOORWARD_TRY(rotation.expire_time, expiry_of(request));
  return rotation;
}

}  // namespace doorward::api
