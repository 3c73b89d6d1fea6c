// Moves signing keys from next to current to retired, and forgets them. The database is the one place where that
// happens; each node takes it over by follow_stored_keys().
#pragma once

#include <vector>

#include "app/keys/signing_keys.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/key.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/secret_box.h"
#include "ports/store.h"
#include "protocol/jose/algorithm.h"

namespace doorward {

// Thread-safe, and safe to call on several nodes at a time: what another one did meanwhile is not done again. Makes
// keys on the calling thread, outside transactions: up to some hundred milliseconds for RSA. Errors are those of the
// store. Each step is logged ("signing_key.published", ".current", ".withdrawn", ".forgotten").
class KeyRotation {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Ids& ids;
    SecretBox& secrets;
  };

  KeyRotation(Ports ports, EnvironmentId environment) : ports_(ports), environment_(std::move(environment)) {}

  // Makes a current key for each of kSigningAlgorithms that has none.
  task<Result<void>> complete();

  // Does what is due by domain/key_rotation.h; each key signs for `every` (0: until ask() or promote()).
  task<Result<void>> run_due(Duration every);

  // The next key of this algorithm, made now unless there is one. `replace`: made in any case, and the one before it is
  // withdrawn.
  task<Result<SigningKey>> publish(jose::Algorithm algorithm, bool replace = false);

  // Asks for the next key, made now unless there is one, to sign as soon as it was published for kPublishedAhead; the
  // next run_due() after that lets it. The key, with its activate_time.
  task<Result<SigningKey>> ask(jose::Algorithm algorithm);

  // Lets the next key sign from now on, however young, and retires the current one. The key that is current then;
  // without a next key it is the one that was.
  task<Result<SigningKey>> promote(jose::Algorithm algorithm);

  // Takes the retired keys of this algorithm out of the set, so that nothing they signed is accepted any more.
  task<Result<std::vector<SigningKeyId>>> withdraw_retired(jose::Algorithm algorithm);

 private:
  SigningKey make(jose::Algorithm algorithm, SigningKeyState state);
  task<Result<std::vector<SigningKey>>> read();

  const Ports ports_;
  const EnvironmentId environment_;
};

// Reads the keys and lets `keys` follow them; true when something changed. The errors of the store and of
// SigningKeys::follow().
task<Result<bool>> follow_stored_keys(Store& store, const EnvironmentId& environment, SigningKeys& keys,
                                      const SecretBox& secrets);

}  // namespace doorward
