// Streets, towns, countries and what the weather is there.
#include <array>

#include "connectors/made_up/faker_providers.hpp"

namespace tarn::connectors {
namespace {

constexpr auto PlaceWords = std::to_array<FakerWords>({
    {"address.cityName",
     "Accra|Amsterdam|Athens|Auckland|Bangkok|Barcelona|Bergen|Bogota|Boston|Brisbane|Cairo|"
     "Cape Town|Casablanca|Chicago|Copenhagen|Dakar|Delhi|Dublin|Edinburgh|Florence|Geneva|Hamburg|"
     "Hanoi|Helsinki|Istanbul|Jakarta|Kyoto|Lagos|Lima|Lisbon|London|Lyon|Madrid|Manila|Melbourne|"
     "Mexico City|Milan|Montreal|Mumbai|Munich|Nairobi|New York|Oslo|Paris|Porto|Prague|Quito|"
     "Reykjavik|Riga|Rome|Seattle|Seoul|Singapore|Stockholm|Sydney|Taipei|Tbilisi|Tokyo|Toronto|"
     "Tunis|Utrecht|Valencia|Vancouver|Vienna|Warsaw|Wellington|Zagreb|Zurich"},
    {"address.cityPrefix", "East|Lake|New|North|Port|South|West"},
    {"address.citySuffix", "borough|bury|field|fort|haven|mouth|side|stad|ton|view|ville"},
    {"address.city",
     "#{address.cityPrefix} #{name.lastName}#{address.citySuffix}|"
     "#{name.lastName}#{address.citySuffix}|#{address.cityPrefix} #{name.firstName}"},
    {"address.streetSuffix",
     "Alley|Avenue|Boulevard|Bridge|Court|Hill|Lane|Park|Place|Road|Square|Street|Way"},
    {"address.streetName",
     "#{name.lastName} #{address.streetSuffix}|#{address.tree} #{address.streetSuffix}"},
    {"address.tree", "Alder|Ash|Beech|Birch|Cedar|Chestnut|Elm|Hazel|Larch|Linden|Maple|Oak|Pine"},
    {"address.buildingNumber", "#{random.nextInt '1','999'}"},
    {"address.secondaryAddress", "#{numerify 'Apt. ###'}|#{numerify 'Suite ###'}"},
    {"address.streetAddress", "#{address.buildingNumber} #{address.streetName}"},
    {"address.zipCode", "#{numerify '#####'}"},
    {"address.postcode", "#{numerify '#####'}"},
    {"address.state",
     "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|"
     "Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|"
     "Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|"
     "New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|"
     "Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|"
     "West Virginia|Wisconsin|Wyoming"},
    {"address.stateAbbr",
     "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|"
     "NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"},
    {"address.country",
     "Argentina|Australia|Austria|Bangladesh|Belgium|Bolivia|Brazil|Canada|Chile|China|Colombia|"
     "Croatia|Czechia|Denmark|Ecuador|Egypt|Estonia|Ethiopia|Finland|France|Georgia|Germany|Ghana|"
     "Greece|Hungary|Iceland|India|Indonesia|Ireland|Italy|Jamaica|Japan|Jordan|Kenya|Latvia|"
     "Lebanon|Malaysia|Mexico|Mongolia|Morocco|Nepal|Netherlands|New Zealand|Nigeria|Norway|Peru|"
     "Philippines|Poland|Portugal|Romania|Rwanda|Senegal|Singapore|Slovenia|South Africa|"
     "South Korea|Spain|Sri Lanka|Sweden|Switzerland|Tanzania|Thailand|Tunisia|Turkey|Uganda|"
     "Ukraine|United Kingdom|United States|Uruguay|Vietnam|Zambia"},
    {"address.countryCode",
     "AR|AT|AU|BD|BE|BO|BR|CA|CH|CL|CN|CO|CZ|DE|DK|EC|EE|EG|ES|ET|FI|FR|GB|GE|GH|GR|HR|HU|ID|IE|IN|"
     "IS|IT|JM|JO|JP|KE|KR|LB|LK|LV|MA|MN|MX|MY|NG|NL|NO|NP|NZ|PE|PH|PL|PT|RO|RW|SE|SG|SI|SN|TH|TN|"
     "TR|TZ|UA|UG|US|UY|VN|ZA|ZM"},
    {"address.latitude", "#{number.randomDouble '6','-90','90'}"},
    {"address.longitude", "#{number.randomDouble '6','-180','180'}"},
    {"address.timeZone",
     "Africa/Cairo|Africa/Lagos|Africa/Nairobi|America/Bogota|America/Chicago|America/Los_Angeles|"
     "America/New_York|America/Sao_Paulo|Asia/Dubai|Asia/Kolkata|Asia/Seoul|Asia/Shanghai|"
     "Asia/Tokyo|Australia/Sydney|Europe/Berlin|Europe/Istanbul|Europe/London|Europe/Madrid|"
     "Pacific/Auckland"},
    {"address.fullAddress",
     "#{address.streetAddress}, #{address.city}, #{address.stateAbbr} #{address.zipCode}"},
    {"country.name", "#{address.country}"},
    {"country.countryCode2", "#{address.countryCode}"},
    {"weather.description",
     "Clear sky|Drizzle|Fog|Hail|Heavy rain|Light rain|Overcast|Partly cloudy|Showers|Sleet|Snow|"
     "Sunny|Thunderstorm|Windy"},
    {"weather.temperatureCelsius", "#{random.nextInt '-30','38'}°C"},
    {"weather.temperatureFahrenheit", "#{random.nextInt '-22','100'}°F"},
    {"space.planet", "Mercury|Venus|Earth|Mars|Jupiter|Saturn|Uranus|Neptune"},
    {"space.moon",
     "Callisto|Deimos|Enceladus|Europa|Ganymede|Io|Luna|Miranda|Phobos|Rhea|Titan|Triton"},
    {"space.star",
     "Aldebaran|Altair|Antares|Arcturus|Betelgeuse|Canopus|Capella|Deneb|Polaris|Rigel|Sirius|"
     "Vega"},
    {"space.galaxy",
     "Andromeda|Black Eye|Cartwheel|Cigar|Milky Way|Pinwheel|Sombrero|Sunflower|Triangulum|"
     "Whirlpool"},
});

}  // namespace

std::span<const FakerWords> place_words() {
    return PlaceWords;
}

}  // namespace tarn::connectors
