#include "sql/statements/workspace.hpp"

namespace tarn::sql {

Session Workspace::session() const {
    Session session;
    auto zone = settings.find("table.local-time-zone");
    if (zone != settings.end()) session.zone = TimeZone::named(zone->second);
    return session;
}

}  // namespace tarn::sql
