#include "app/provisioning/search_plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "protocol/scim/limits.h"

namespace doorward {
namespace {

using scim::CompareOp;
using scim::Condition;

constexpr int kRangeRank = 100;
constexpr int kScanRank = 200;

SearchPlan nothing() { return {.kind = SearchPlan::Kind::kNothing, .exact = true}; }
SearchPlan scan() { return {}; }

class Planner {
 public:
  Planner(std::span<const SearchIndex> indexes, std::string_view type_name)
      : indexes_(indexes), type_name_(type_name) {}

  SearchPlan plan(const Condition& condition) const {
    switch (condition.kind) {
      case Condition::Kind::kEquals:
        return by_key(condition);
      case Condition::Kind::kTime:
        return by_time(condition);
      case Condition::Kind::kAll:
        return all_of(condition.operands);
      case Condition::Kind::kAny:
        return any_of(condition.operands);
      case Condition::Kind::kOther:
        break;
    }
    return scan();
  }

 private:
  SearchPlan by_key(const Condition& condition) const {
    if (condition.name == "meta.resourceType") {
      return condition.value == type_name_ ? SearchPlan::everything() : nothing();
    }
    // Longer values are in no index.
    if (condition.value.size() > scim::limits::kIndexedValueBytes) return scan();
    const auto found = std::ranges::find(indexes_, condition.name, &SearchIndex::name);
    if (found == indexes_.end()) return scan();
    const auto index = static_cast<std::size_t>(found - indexes_.begin());
    return {.kind = SearchPlan::Kind::kKeys, .exact = true, .keys = {{index, condition.value}}};
  }

  static SearchPlan by_time(const Condition& condition) {
    const bool created = condition.name == "meta.created";
    if (!created && condition.name != "meta.lastModified") return scan();
    SearchPlan plan{.kind = SearchPlan::Kind::kRange, .exact = true};
    plan.walk.order = created ? ResourceOrder::kCreated : ResourceOrder::kModified;
    const CompareOp op = condition.op;
    if (op == CompareOp::kGt) plan.walk.from = condition.time + Duration(1);
    if (op == CompareOp::kGe || op == CompareOp::kEq) plan.walk.from = condition.time;
    if (op == CompareOp::kLt) plan.walk.to = condition.time - Duration(1);
    if (op == CompareOp::kLe || op == CompareOp::kEq) plan.walk.to = condition.time;
    return plan;
  }

  int rank(const SearchPlan& plan) const {
    switch (plan.kind) {
      case SearchPlan::Kind::kNothing:
        return -1;
      case SearchPlan::Kind::kKeys: {
        int highest = 0;
        for (const IndexKey& key : plan.keys) highest = std::max<int>(highest, indexes_[key.index].rank);
        return highest;
      }
      case SearchPlan::Kind::kRange:
        return kRangeRank;
      case SearchPlan::Kind::kAll:
        break;
    }
    return kScanRank;
  }

  // The best part serves; the others are looked at where they hold.
  SearchPlan all_of(const std::vector<Condition>& operands) const {
    SearchPlan best = SearchPlan::everything();
    for (const Condition& operand : operands) {
      SearchPlan next = plan(operand);
      if (is_everything(best)) {
        best = std::move(next);
        continue;
      }
      if (is_everything(next)) continue;
      if (best.kind == SearchPlan::Kind::kRange && next.kind == SearchPlan::Kind::kRange &&
          best.walk.order == next.walk.order) {
        best.walk.from = std::max(best.walk.from, next.walk.from);
        best.walk.to = std::min(best.walk.to, next.walk.to);
        best.exact = best.exact && next.exact;
        continue;
      }
      if (rank(next) < rank(best)) std::swap(best, next);
      if (best.kind != SearchPlan::Kind::kNothing) best.exact = false;
    }
    return best;
  }

  SearchPlan any_of(const std::vector<Condition>& operands) const {
    SearchPlan whole = nothing();
    for (const Condition& operand : operands) {
      SearchPlan next = plan(operand);
      if (next.kind == SearchPlan::Kind::kNothing) continue;
      if (whole.kind == SearchPlan::Kind::kNothing) {
        whole = std::move(next);
        continue;
      }
      if (is_everything(whole) || is_everything(next)) {
        whole = SearchPlan::everything();
      } else if (whole.kind == SearchPlan::Kind::kKeys && next.kind == SearchPlan::Kind::kKeys) {
        std::ranges::move(next.keys, std::back_inserter(whole.keys));
        whole.exact = whole.exact && next.exact;
      } else {
        whole = scan();
      }
    }
    std::ranges::sort(whole.keys);
    const auto repeated = std::ranges::unique(whole.keys);
    whole.keys.erase(repeated.begin(), repeated.end());
    return whole;
  }

  static bool is_everything(const SearchPlan& plan) { return plan.kind == SearchPlan::Kind::kAll && plan.exact; }

  std::span<const SearchIndex> indexes_;
  std::string_view type_name_;
};

}  // namespace

SearchPlan plan_search(const Condition& condition, std::span<const SearchIndex> indexes, std::string_view type_name) {
  return Planner(indexes, type_name).plan(condition);
}

}  // namespace doorward
