"""
What is a figure: a number, a time or a size with its unit, and nothing else. Pure.

A signed step's blank takes a figure because it cannot change what the sentence says. A word can: "2 dead" is a number
and a word. So the units are a list, those of measuring and of an operating theatre, in the five languages of the
product; a unit that is missing makes its line one off the script, which a clinician nods to.
"""

from __future__ import annotations

import re

_NUMBER = r"\d[\d.,:/–-]{0,11}"

# Written with the same letters in every language; upper and lower case differ (mg is not Mg).
_SYMBOLS = """
    % ‰ ° °C °F
    nm µm μm um mm cm dm m km mm² cm² m² mm³ cm³
    µl μl ul ml mL cl dl dL l L µL cc
    ng µg μg ug mcg mg g kg t
    s sec min h d
    ms
    mmHg kPa Pa bar cmH2O
    bpm Hz kHz kV mV V mA A W kW J Gy mGy
    mmol µmol mol mEq IU UI U kU
    F Fr Ch G
    mg/kg mg/dl mg/dL g/dl g/dL g/l g/L mmol/l mmol/L µg/kg ml/h mL/h ml/min mL/min l/min L/min km/h m/s µg/min mg/h
    kcal
"""
SYMBOLS = frozenset(_SYMBOLS.split())

# Whole words, in any case; singular and plural. English, Italian, French, Spanish, Catalan, but for the Catalan days,
# which in English say that somebody dies.
_WORDS = """
    second seconds secondo secondi seconde secondes segundo segundos segon segons
    minute minutes mins minuto minuti minutos minut minuts
    hour hours hrs hr ora ore heure heures hora horas hores
    day days giorno giorni jour jours día días dia
    week weeks settimana settimane semaine semaines semana semanas setmana setmanes
    millimetre millimetres millimeter millimeters millimetro millimetri millimètre millimètres milímetro milímetros
    mil·límetre mil·límetres
    centimetre centimetres centimeter centimeters centimetro centimetri centimètre centimètres centímetro centímetros
    centímetre centímetres
    metre metres meter meters metro metri mètre mètres metros
    kilometre kilometres kilometer kilometers chilometro chilometri kilomètre kilomètres kilómetro kilómetros
    quilòmetre quilòmetres
    gram grams grammo grammi gramme grammes gramo gramos
    kilo kilos kilogram kilograms chilo chili kilogramme kilogrammes kilogramo kilogramos quilo quilos
    litre litres liter liters litro litri litros
    millilitre millilitres milliliter milliliters millilitro millilitri mililitro mililitros mil·lilitre mil·lilitres
    degree degrees grado gradi degré degrés grados grau graus
    percent
    beats battiti battements latidos batecs
    volt volts
"""
WORDS = frozenset(_WORDS.split())

_UNITED = re.compile(rf"({_NUMBER})(?:[ \u00a0\u202f]?([^\d\s.,:–-].{{0,15}}))?")


def is_figure(value: str) -> bool:
    """
    Is this a number, a time or a size, with a unit that is on the list or with none?

    Case is kept for symbols and ignored for words, as each is written.
    """
    found = _UNITED.fullmatch(value.strip())
    if found is None:
        return False
    unit = found.group(2)
    return unit is None or unit in SYMBOLS or unit.casefold() in WORDS
