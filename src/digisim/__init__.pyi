from digisim.audit import audit as audit
from digisim.breakdown import breakdown as breakdown
from digisim.ensemble import ensemble as ensemble
from digisim.errors import DigisimError as DigisimError
from digisim.errors import InputError as InputError
from digisim.export import export as export
from digisim.regions import load_region as load_region
from digisim.results import open_results as open_results
from digisim.results import save_results as save_results
from digisim.scenario import Scenario as Scenario
from digisim.scenario import load_scenario as load_scenario
from digisim.simulate import IndustryModel as IndustryModel
from digisim.simulate import simulate as simulate
from digisim.verdicts import binding as binding
from digisim.verdicts import compare as compare
from digisim.verdicts import headline as headline
from digisim.verdicts import ranking as ranking
from digisim.verdicts import scorecard as scorecard
from digisim.verdicts import verdict as verdict

from . import plot as plot

__version__: str
