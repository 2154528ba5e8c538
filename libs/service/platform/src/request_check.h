#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "contract.h"

namespace plyo::service {

/// Compares what comes with the contract. Thread safe after it was made.
class RequestCheck {
 public:
  RequestCheck();
  ~RequestCheck();

  /// Throws Refused with kInvalidArgument, naming the place.
  void CheckBody(std::string_view schema, const contract::Json& body) const;
  /// A parameter of the path, the query or the headers ("header:if-match"), as text. Unknown names
  /// of the query are refused, too.
  void CheckParameter(const contract::Operation& operation, const std::string& name,
                      const std::string& text) const;
  bool Knows(const contract::Operation& operation, const std::string& name) const;

 private:
  struct Schemas;
  std::unique_ptr<Schemas> schemas_;
};

}  // namespace plyo::service
