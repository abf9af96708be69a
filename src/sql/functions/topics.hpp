// The functions of each topic; function.cpp joins them to the registry.
#pragma once

#include "sql/functions/function.hpp"

namespace tarn::sql {

std::vector<Function> math_functions();
std::vector<Function> conditional_functions();
std::vector<Function> text_functions();
std::vector<Function> text_search_functions();
std::vector<Function> text_check_functions();
std::vector<Function> text_code_functions();
std::vector<Function> url_functions();
std::vector<Function> regex_functions();
std::vector<Function> hash_functions();
std::vector<Function> current_time_functions();
std::vector<Function> time_format_functions();
std::vector<Function> time_part_functions();
std::vector<Function> time_sum_functions();
std::vector<Function> json_lookup_functions();
std::vector<Function> json_text_functions();
std::vector<Function> collection_functions();
std::vector<Function> collection_order_functions();
std::vector<Function> collection_text_functions();
std::vector<Function> map_functions();

}  // namespace tarn::sql
