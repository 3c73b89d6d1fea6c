// What an administrator reads of a sign-in that failed: in the authentication log, and as the outcome of a test. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "app/auth_log/attempt.h"
#include "base/error.h"
#include "domain/auth_request.h"
#include "domain/connection.h"
#include "protocol/oauth/authorization_response.h"

namespace doorward {

// What was expected and what came, as far as the error's detail tells; its message where there is none to show. The
// detail of what failed here, and not at a provider or an application, is for the server's log alone.
AuthEvidence evidence_of(const Error& error);

// The step at which a login failed that never reached the provider's page.
std::string_view failed_start_step(Reason reason);

// The steps as far as they were told, and the failure, which may have come from where nobody tells steps.
void add_refusal(AuthRequest& attempt, const std::vector<AuthRequestStep>& steps, const Error& error, Timestamp at);

// Ends `test`. `steps` are those of the attempt, as far as they were told; `kind`: of the answer that failed.
void fail_test(ConnectionTest& test, const Error& error, const std::vector<AuthRequestStep>& steps, Timestamp at,
               oauth::AnswerKind kind = oauth::AnswerKind::kIdToken);

}  // namespace doorward
