#include "sql/options/entries.hpp"

namespace tarn::sql {

std::vector<Connector> file_connectors() {
    using enum OptionKind;
    return {
        {.name = "filesystem",
         .text = "The files of a folder or of a bucket, read once or watched; a partition is a "
                 "folder in it.",
         .roles = {"source", "sink"},
         .takes =
             {.options =
                  {{.key = "path",
                    .kind = SomeText,
                    .text = "The folder: file:///data/trades, s3://bucket/trades.",
                    .is_required = true},
                   {"source.monitor-interval", Duration,
                    "How often new files are looked for; without it the files are read once."},
                   {"source.path.regex-pattern", Text,
                    "A regular expression that the whole path of a file must match."},
                   {.key = "source.report-statistics",
                    .kind = Choice,
                    .text = "What the planner is told of the files.",
                    .fallback = "ALL",
                    .choices = {"NONE", "ALL"}},
                   {"partition.default-name", Text, "The folder of rows whose partition is NULL.",
                    "__DEFAULT_PARTITION__"},
                   {"partition.time-extractor.kind", Text,
                    "How the time of a partition is found: default or custom.", "default"},
                   {"partition.time-extractor.class", Text, "A class in Java; not for Tarn."},
                   {"partition.time-extractor.timestamp-pattern", Text,
                    "The time of a partition made of its columns: $day $hour:00:00."},
                   {"partition.time-extractor.timestamp-formatter", Text, "How that time is read.",
                    "yyyy-MM-dd HH:mm:ss"},
                   {"sink.rolling-policy.file-size", Size, "A file ends at this size.", "128 mb"},
                   {"sink.rolling-policy.rollover-interval", Duration,
                    "A file ends when it is as old as this.", "30 min"},
                   {"sink.rolling-policy.inactivity-interval", Duration,
                    "A file ends when nothing was written for as long.", "30 min"},
                   {"sink.rolling-policy.check-interval", Duration,
                    "How often the age of files is looked at.", "1 min"},
                   {"auto-compaction", Boolean,
                    "Whether the small files of a checkpoint become larger ones.", "false"},
                   {"compaction.file-size", Size, "How large those become."},
                   {.key = "sink.partition-commit.trigger",
                    .kind = Choice,
                    .text = "Which clock says that a partition is complete: that of the machine, "
                            "or the watermark against the partition's time.",
                    .fallback = "process-time",
                    .choices = {"process-time", "partition-time"}},
                   {"sink.partition-commit.delay", Duration, "How long a partition is waited for.",
                    "0s"},
                   {"sink.partition-commit.watermark-time-zone", SomeText,
                    "The zone in which partitions have their times.", "UTC"},
                   {"sink.partition-commit.policy.kind", Text,
                    "What says that a partition is complete: success-file, metastore, custom."},
                   {"sink.partition-commit.policy.class", Text, "A class in Java; not for Tarn."},
                   {"sink.partition-commit.policy.class.parameters", Text,
                    "What that class is given."},
                   {"sink.partition-commit.success-file.name", SomeText,
                    "The file of the policy success-file.", "_SUCCESS"},
                   {"sink.shuffle-by-partition.enable", Boolean,
                    "Whether one task writes all rows of a partition.", "false"},
                   {"sink.parallelism", Positive, "How many tasks write."}}},
         .formats = {{.key = "format", .is_required = true}}}};
}

}  // namespace tarn::sql
