// The tables that plans read, as operators.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// Of a table that brings upserts it has the columns of the key too, behind those of the step.
StreamPlanPtr table_source(const Scan& scan, const Plan& plan, const TraitsOf& traits);

// The columns of the step alone.
StreamPlanPtr with_columns_of(const Plan& plan, const StreamPlanPtr& source);

// The rows that the source brings; of upserts it is found out which rows are new.
StreamPlanPtr rows_of(const Scan& scan, const Plan& plan, const StreamPlanPtr& source);

}  // namespace tarn::sql
