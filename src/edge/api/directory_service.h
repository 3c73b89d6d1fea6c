// scalekit.v1.directories.DirectoryService: convert, call, convert.
#pragma once

#include <string>
#include <utility>

#include "app/directories/directories.h"
#include "scalekit/v1/directories/directories.doorward.h"

namespace doorward::api {

class DirectoryService : public ::scalekit::v1::directories::DirectoryServiceInterface {
 public:
  using CreateDirectoryRequest = ::scalekit::v1::directories::CreateDirectoryRequest;
  using CreateDirectoryResponse = ::scalekit::v1::directories::CreateDirectoryResponse;
  using GetDirectoryRequest = ::scalekit::v1::directories::GetDirectoryRequest;
  using GetDirectoryResponse = ::scalekit::v1::directories::GetDirectoryResponse;
  using ListDirectoriesRequest = ::scalekit::v1::directories::ListDirectoriesRequest;
  using ListDirectoriesResponse = ::scalekit::v1::directories::ListDirectoriesResponse;
  using UpdateDirectoryRequest = ::scalekit::v1::directories::UpdateDirectoryRequest;
  using UpdateDirectoryResponse = ::scalekit::v1::directories::UpdateDirectoryResponse;
  using UpdateAttributesRequest = ::scalekit::v1::directories::UpdateAttributesRequest;
  using UpdateAttributesResponse = ::scalekit::v1::directories::UpdateAttributesResponse;
  using AssignRolesRequest = ::scalekit::v1::directories::AssignRolesRequest;
  using AssignRolesResponse = ::scalekit::v1::directories::AssignRolesResponse;
  using AssignGroupsForDirectoryRequest = ::scalekit::v1::directories::AssignGroupsForDirectoryRequest;
  using ListDirectoryGroupsSummaryRequest = ::scalekit::v1::directories::ListDirectoryGroupsSummaryRequest;
  using ToggleDirectoryRequest = ::scalekit::v1::directories::ToggleDirectoryRequest;
  using ToggleDirectoryResponse = ::scalekit::v1::directories::ToggleDirectoryResponse;
  using DeleteDirectoryRequest = ::scalekit::v1::directories::DeleteDirectoryRequest;
  using CreateDirectorySecretRequest = ::scalekit::v1::directories::CreateDirectorySecretRequest;
  using CreateDirectorySecretResponse = ::scalekit::v1::directories::CreateDirectorySecretResponse;
  using RegenerateDirectorySecretRequest = ::scalekit::v1::directories::RegenerateDirectorySecretRequest;
  using RegenerateDirectorySecretResponse = ::scalekit::v1::directories::RegenerateDirectorySecretResponse;
  using ListDirectoryUsersRequest = ::scalekit::v1::directories::ListDirectoryUsersRequest;
  using ListDirectoryUsersResponse = ::scalekit::v1::directories::ListDirectoryUsersResponse;
  using ListDirectoryGroupsRequest = ::scalekit::v1::directories::ListDirectoryGroupsRequest;
  using ListDirectoryGroupsResponse = ::scalekit::v1::directories::ListDirectoryGroupsResponse;

  // `directories` must outlive this. `base_url` is where identity providers reach this server, without '/' at its end.
  DirectoryService(Directories& directories, std::string base_url)
      : directories_(directories), base_url_(std::move(base_url)) {}

  task<Result<CreateDirectoryResponse>> create_directory(const rpc::CallContext& call,
                                                         const CreateDirectoryRequest& request) override;
  task<Result<GetDirectoryResponse>> get_directory(const rpc::CallContext& call,
                                                   const GetDirectoryRequest& request) override;
  task<Result<ListDirectoriesResponse>> list_directories(const rpc::CallContext& call,
                                                         const ListDirectoriesRequest& request) override;
  task<Result<UpdateDirectoryResponse>> update_directory(const rpc::CallContext& call,
                                                         const UpdateDirectoryRequest& request) override;
  task<Result<UpdateAttributesResponse>> update_attributes(const rpc::CallContext& call,
                                                           const UpdateAttributesRequest& request) override;
  task<Result<AssignRolesResponse>> assign_roles(const rpc::CallContext& call,
                                                 const AssignRolesRequest& request) override;
  task<Result<google::protobuf::Empty>> assign_groups_for_directory(
      const rpc::CallContext& call, const AssignGroupsForDirectoryRequest& request) override;
  task<Result<ToggleDirectoryResponse>> enable_directory(const rpc::CallContext& call,
                                                         const ToggleDirectoryRequest& request) override;
  task<Result<ToggleDirectoryResponse>> disable_directory(const rpc::CallContext& call,
                                                          const ToggleDirectoryRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_directory(const rpc::CallContext& call,
                                                         const DeleteDirectoryRequest& request) override;
  task<Result<CreateDirectorySecretResponse>> create_directory_secret(
      const rpc::CallContext& call, const CreateDirectorySecretRequest& request) override;
  task<Result<RegenerateDirectorySecretResponse>> regenerate_directory_secret(
      const rpc::CallContext& call, const RegenerateDirectorySecretRequest& request) override;
  task<Result<ListDirectoryUsersResponse>> list_directory_users(const rpc::CallContext& call,
                                                                const ListDirectoryUsersRequest& request) override;
  task<Result<ListDirectoryGroupsResponse>> list_directory_groups(const rpc::CallContext& call,
                                                                  const ListDirectoryGroupsRequest& request) override;
  task<Result<ListDirectoryGroupsResponse>> list_directory_groups_summary(
      const rpc::CallContext& call, const ListDirectoryGroupsSummaryRequest& request) override;

 private:
  task<Result<ToggleDirectoryResponse>> toggle(const rpc::CallContext& call, const ToggleDirectoryRequest& request,
                                               bool enabled);

  Directories& directories_;
  std::string base_url_;
};

}  // namespace doorward::api
