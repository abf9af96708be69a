// Names and what goes with them. Addresses of mail and pages end in .example, which nobody has.
#include <array>

#include "connectors/made_up/faker_providers.hpp"

namespace tarn::connectors {
namespace {

constexpr auto PeopleWords = std::to_array<FakerWords>({
    {"name.firstName",
     "Ada|Alma|Amir|Anouk|Aoife|Arjun|Astrid|Basil|Bruno|Carmen|Chidi|Clara|Dara|Diego|Dorothea|"
     "Edith|Elif|Emre|Esther|Fatima|Felix|Freya|Giulia|Grace|Hana|Hector|Ibrahim|Ida|Imani|Ines|"
     "Ivan|Jonas|Juno|Kamala|Katya|Keiko|Leif|Leila|Linus|Lucia|Magnus|Maria|Mateo|Mina|Miriam|"
     "Nadia|Naoki|Nils|Noor|Olga|Omar|Oscar|Pavel|Petra|Priya|Quentin|Rania|Remy|Rosa|Ruben|Saskia|"
     "Selma|Sofia|Sven|Tariq|Tessa|Theo|Tomoko|Ulrike|Vera|Viktor|Wanda|Wei|Xenia|Yara|Yusuf|Zora"},
    {"name.lastName",
     "Abara|Ahlgren|Almeida|Andersen|Bakker|Bauer|Bello|Bianchi|Brandt|Castillo|Chen|Costa|Dahl|"
     "Demir|Diallo|Eriksen|Farouk|Fischer|Fontaine|Fraser|Garcia|Gupta|Haddad|Hansen|Hofmann|"
     "Horvat|"
     "Ibsen|Ito|Jansen|Jones|Kamara|Keller|Kim|Kovacs|Kumar|Larsen|Lehmann|Lopez|Maguire|Marino|"
     "Mbeki|Meyer|Moreau|Mwangi|Nakamura|Ngata|Novak|Nowak|Okafor|Olsen|Ortega|Park|Patel|Petrov|"
     "Quist|Rahman|Ramos|Ricci|Rossi|Saito|Santos|Sato|Schmid|Silva|Smit|Sokolov|Tanaka|Torres|"
     "Ueda|Varga|Vega|Vogel|Walsh|Weber|Winter|Yilmaz|Young|Zeman|Ziegler"},
    {"name.prefix", "Dr.|Mr.|Mrs.|Ms.|Prof."},
    {"name.suffix", "I|II|III|Jr.|Sr.|PhD"},
    {"name.name", "#{name.firstName} #{name.lastName}"},
    {"name.fullName", "#{name.firstName} #{name.lastName}"},
    {"name.nameWithMiddle", "#{name.firstName} #{name.firstName} #{name.lastName}"},
    {"name.title", "#{job.seniority} #{job.field} #{job.position}"},
    {"name.username", "#{internet.username}"},
    {"job.field",
     "Accounting|Community|Design|Education|Engineering|Farming|Finance|Legal|Logistics|Marketing|"
     "Medical|Operations|Research|Sales|Security|Technology"},
    {"job.seniority", "Associate|Chief|Head|Junior|Lead|Principal|Senior"},
    {"job.position",
     "Administrator|Analyst|Architect|Assistant|Consultant|Coordinator|Designer|Developer|Director|"
     "Engineer|Officer|Planner|Specialist|Strategist|Supervisor|Technician"},
    {"job.keySkills",
     "Clear writing|Confidence|Curiosity|Fast learner|Leadership|Listening|Networking|Patience|"
     "Planning|Problem solving|Self-motivated|Teamwork"},
    {"job.title", "#{job.seniority} #{job.field} #{job.position}"},
    {"superhero.prefix", "Captain|Doctor|Green|Lady|Magnetic|Mighty|Night|Professor|Silver|Ultra"},
    {"superhero.descriptor",
     "Avalanche|Badger|Comet|Echo|Falcon|Glacier|Heron|Lantern|Marmot|Nimbus|Otter|Quasar|Thistle|"
     "Tide|Vortex"},
    {"superhero.suffix", "I|II|III|X|Prime|Strange|Wonder"},
    {"superhero.name",
     "#{superhero.prefix} #{superhero.descriptor}|#{superhero.descriptor} #{superhero.suffix}"},
    {"superhero.power",
     "Borrowing wings|Calming storms|Finding lost keys|Flight|Freezing time|Invisibility|"
     "Perfect memory|Reading maps|Shape shifting|Speaking to birds|Super strength|Telepathy|"
     "Walking through walls|X-ray vision"},
    {"company.suffix", "and Daughters|and Sons|Cooperative|Group|Inc|LLC|Ltd|Partners"},
    {"company.name",
     "#{name.lastName} #{company.suffix}|#{name.lastName}, #{name.lastName} and #{name.lastName}|"
     "#{name.lastName}-#{name.lastName}"},
    {"company.industry",
     "Agriculture|Aviation|Banking|Construction|Education|Energy|Fashion|Film|Health|Hospitality|"
     "Insurance|Logistics|Machinery|Media|Music|Publishing|Railways|Shipping|Software|Telecom|"
     "Textiles"},
    {"company.catchPhrase", "#{company.approach} #{company.quality} #{company.offer}"},
    {"company.approach", "Careful|Daring|Friendly|Modular|Patient|Quiet|Robust|Seamless|Swift"},
    {"company.quality",
     "data-driven|hand-made|local|low-energy|open|real-time|reliable|round-the-clock"},
    {"company.offer",
     "care|engines|gardens|insight|logistics|maps|platforms|solutions|tools|workshops"},
    {"company.profession",
     "architect|baker|carpenter|chemist|electrician|farmer|gardener|librarian|mason|nurse|pilot|"
     "plumber|sailor|tailor|teacher|welder"},
    {"internet.domainWord",
     "amber|atlas|birch|bluebird|copper|delta|ember|fjord|harbor|juniper|lagoon|lantern|maple|"
     "meadow|north|orchard|pebble|quartz|river|saffron|summit|tarn|thistle|willow"},
    {"internet.domainSuffix", "example"},
    {"internet.domainName",
     "#{internet.domainWord}.#{internet.domainSuffix}|"
     "#{internet.domainWord}-#{internet.domainWord}.#{internet.domainSuffix}"},
    {"internet.email", "#{internet.username}@#{internet.domainName}"},
    {"internet.emailAddress", "#{internet.username}@#{internet.domainName}"},
    {"internet.safeEmailAddress", "#{internet.username}@#{internet.domainName}"},
    {"internet.url", "https://www.#{internet.domainName}/#{internet.slug}"},
    {"internet.slug", "#{lorem.word}-#{lorem.word}|#{lorem.word}-#{lorem.word}-#{lorem.word}"},
    {"internet.ipV4Address",
     "#{random.nextInt '1','223'}.#{random.nextInt '0','255'}.#{random.nextInt '0','255'}."
     "#{random.nextInt '1','254'}"},
    {"internet.privateIpV4Address",
     "10.#{random.nextInt '0','255'}.#{random.nextInt '0','255'}.#{random.nextInt '1','254'}|"
     "192.168.#{random.nextInt '0','255'}.#{random.nextInt '1','254'}"},
    {"internet.ipV6Address", "#{regexify '2001:db8(:[0-9a-f]{4}){6}'}"},
    {"internet.macAddress", "#{regexify '[0-9a-f]{2}(:[0-9a-f]{2}){5}'}"},
    {"internet.port", "#{random.nextInt '1024','65535'}"},
    {"internet.httpMethod", "GET|GET|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"},
    {"internet.userAgent",
     "Mozilla/5.0 (X11; Linux x86_64; rv:#{random.nextInt '110','140'}.0) Gecko/20100101|"
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/#{random.nextInt '110','140'}.0.0.0|"
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_#{random.nextInt '0','6'}) Safari/605.1.15|"
     "curl/8.#{random.nextInt '0','12'}.0"},
    {"phoneNumber.phoneNumber",
     "#{numerify '(###) 555-01##'}|#{numerify '###-555-01##'}|#{numerify '+1 ### 555 01##'}"},
    {"phoneNumber.cellPhone", "#{numerify '###-555-01##'}"},
    {"university.name",
     "University of #{address.cityName}|#{address.cityName} College|#{address.state} University"},
});

}  // namespace

std::span<const FakerWords> people_words() {
    return PeopleWords;
}

}  // namespace tarn::connectors
