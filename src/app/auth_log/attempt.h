// One attempt to sign in as its log entry, while it is worked on. Pure: what is added here reaches the store with
// AuthLog.
//
// The life of an entry: INITIATED when the browser is sent to the identity provider; PENDING when the provider's answer
// was accepted and the application got its code; SUCCESS when the code was exchanged (of a connection test: when the
// answer was accepted). FAILURE from anywhere, with the reason, and who can mend it. An entry that stays INITIATED is
// of a person who never came back from the provider, one that stays PENDING of an application that never used its code.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/auth_request.h"

namespace doorward {

// Names of steps, in the order of a login. Public interface: AuthRequestService shows them.
namespace auth_step {
inline constexpr std::string_view kInitiate = "initiate";             // somebody asks to start at the provider
inline constexpr std::string_view kAuthorize = "authorize";           // the application's request
inline constexpr std::string_view kRedirect = "redirect";             // on to the provider
inline constexpr std::string_view kCallback = "callback";             // the provider's answer through the browser
inline constexpr std::string_view kDiscovery = "discovery";           // the provider's own description
inline constexpr std::string_view kTokenExchange = "token_exchange";  // the provider's token endpoint
inline constexpr std::string_view kIdToken = "id_token";              // the provider's ID token
inline constexpr std::string_view kUserInfo = "userinfo";             // the provider's userinfo endpoint
// The checks of a SAML Response, each with what was expected and what came; "response" where none of them says it.
inline constexpr std::string_view kResponse = "response";
inline constexpr std::string_view kProfile = "profile";             // attributes, e-mail, person
inline constexpr std::string_view kCodeIssued = "code_issued";      // back to the application
inline constexpr std::string_view kCodeExchange = "code_exchange";  // the application redeems its code
}  // namespace auth_step

inline constexpr std::size_t kMostAuthSteps = 32;    // of an entry; later ones are not kept
inline constexpr std::size_t kMostShownBytes = 256;  // of each text that came from outside

// What a step was checked against and what came. Never a secret, a token, a code or a cookie; cut to kMostShownBytes,
// and text that is not UTF-8 is left out.
struct AuthEvidence {
  std::string expected;
  std::string received;
};

// Who can mend a failure of this kind, when nobody knows better.
ResponsibleSide side_of(Reason reason);

// Adds steps as whoever took them tells of them; one that failed ends the attempt.
void add_steps(AuthRequest& attempt, const std::vector<AuthRequestStep>& steps);

// Adds a step that went well.
void add_step(AuthRequest& attempt, std::string_view step, Timestamp at, AuthEvidence evidence = {});

// Adds a step that did not, and ends the attempt with its reason. A later failure of an attempt that has ended (say, a
// code used again) takes the place of the earlier end.
void add_failure(AuthRequest& attempt, std::string_view step, Timestamp at, Reason reason, AuthEvidence evidence = {});
void add_failure(AuthRequest& attempt, std::string_view step, Timestamp at, Reason reason, ResponsibleSide side,
                 AuthEvidence evidence = {});

// A refusal was not the last word: a better answer, or the code's right redemption, came for the same attempt, whose
// steps go on.
void take_up_again(AuthRequest& attempt);

// Moves on; an attempt that has failed stays failed.
void set_status(AuthRequest& attempt, AuthRequestStatus status, Timestamp at);

}  // namespace doorward
